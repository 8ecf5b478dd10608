"""The desk's pages: routes are thin, views are plain functions from a zone to what a page shows."""
