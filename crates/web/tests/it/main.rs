//! Tests of the API and the pages, through the whole router.
