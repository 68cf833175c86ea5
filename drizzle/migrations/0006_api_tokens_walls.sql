-- Forced row-level security and grants of API tokens: what a token is good for, and until when, is settled when it is made.

ALTER TABLE identity.api_token FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT, INSERT ON identity.api_token TO it_complete_app;
GRANT UPDATE (last_used_at, revoked_at, refused_at) ON identity.api_token TO it_complete_app;
