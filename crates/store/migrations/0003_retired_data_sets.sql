-- A data set that is no longer asked where no market is named. Nothing of it is deleted, and the record
-- keeps every activation of it.
ALTER TABLE data_sets ADD COLUMN retired_at BIGINT;
