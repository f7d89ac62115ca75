-- What the machine built, and apart from it what people decided. Columns of features: data/schema.csv.
-- Where everybody finds them: for a user of that name, planmap comes before public in the search path.
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

CREATE TABLE planmap.migrations (
  number integer PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE planmap.features (
  fid integer PRIMARY KEY,
  geom geometry(Geometry, 4326),
  id text NOT NULL UNIQUE,
  name text NOT NULL,
  aliases text[] NOT NULL,
  kind text NOT NULL,
  category text NOT NULL,
  districts text[] NOT NULL,
  status text,
  investment_yi double precision,
  area_mu double precision,
  area_km2 double precision,
  length_km double precision,
  by_year integer,
  -- json, not jsonb: it keeps the order of the keys, so that exports have the same bytes as without a database.
  extent json,
  part_of text,
  members text[] NOT NULL,
  in_list boolean NOT NULL,
  doc text NOT NULL,
  mentions json NOT NULL,
  method text NOT NULL,
  precision text NOT NULL,
  radius_m double precision,
  source text NOT NULL,
  licence text NOT NULL,
  reason text NOT NULL
);
CREATE INDEX features_geom ON planmap.features USING gist (geom);
CREATE INDEX features_name ON planmap.features USING gin (name gin_trgm_ops);

CREATE TABLE planmap.plans (
  position integer PRIMARY KEY,
  id text NOT NULL UNIQUE,
  title text,
  number text,
  issuer text,
  published text,
  from_year integer,
  to_year integer,
  district text,
  file text,
  sha256 text
);

-- Only ever added to: the latest row of a feature is its review. content is the revision whose decision it repeats.
CREATE TABLE planmap.review_history (
  feature text,
  revision integer CHECK (revision > 0),
  state text NOT NULL,
  reviewer text NOT NULL,
  reviewed_at timestamptz NOT NULL,
  note text NOT NULL,
  changes json NOT NULL,
  name text NOT NULL,
  content integer NOT NULL,
  PRIMARY KEY (feature, revision)
);
CREATE VIEW planmap.reviews AS
  SELECT DISTINCT ON (feature) * FROM planmap.review_history ORDER BY feature, revision DESC;

-- How often features were built and reviews made. Whoever is about to do so locks the row first: one at a time.
CREATE TABLE planmap.counters (
  name text PRIMARY KEY,
  value bigint NOT NULL
);
INSERT INTO planmap.counters VALUES ('builds', 0), ('reviews', 0);
