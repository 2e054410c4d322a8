-- The software build that a seller says its units carry; NULL: it does not say.
ALTER TABLE listings ADD COLUMN software_build TEXT;
