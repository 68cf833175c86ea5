-- Roles belong to the whole cluster, so they may be here already (another database of the same cluster, a restored dump).
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'it_complete_app') THEN CREATE ROLE it_complete_app NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'it_complete_operator') THEN CREATE ROLE it_complete_operator NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- made by another migration at the same moment
END $$;
