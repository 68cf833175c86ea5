-- Counts of a minute are worth no write-ahead log: after a crash they begin anew.
ALTER TABLE gateway.request_count SET UNLOGGED;
--> statement-breakpoint
REVOKE ALL ON SCHEMA gateway FROM PUBLIC;
GRANT USAGE ON SCHEMA gateway TO it_complete_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.request_count TO it_complete_app;
