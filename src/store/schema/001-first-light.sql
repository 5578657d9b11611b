-- SPDX-License-Identifier: GPL-3.0-or-later
-- Times are microseconds since 1970 (UTC), money is nano-dollars. Only SQL that PostgreSQL
-- speaks too, apart from the type names' looseness.

CREATE TABLE model_user_fact (
  model_key TEXT PRIMARY KEY,
  favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1)),
  uses INTEGER NOT NULL DEFAULT 0 CHECK (uses >= 0),
  last_used_us INTEGER
);

-- The newest refreshed catalogue of each source, whole, in the format of the bundled one.
CREATE TABLE catalogue_snapshot (
  source TEXT PRIMARY KEY,
  document BLOB NOT NULL,
  etag TEXT,
  last_modified TEXT,
  fetched_us INTEGER NOT NULL,
  checked_us INTEGER NOT NULL
);

-- What the user changed about a provider, and the endpoints the user named (custom = 1).
CREATE TABLE endpoint (
  provider_id TEXT PRIMARY KEY,
  name TEXT,
  kind TEXT,
  base_url TEXT,
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  custom INTEGER NOT NULL DEFAULT 0 CHECK (custom IN (0, 1))
);

CREATE TABLE endpoint_header (
  provider_id TEXT NOT NULL REFERENCES endpoint (provider_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (provider_id, name)
);

-- Models that a provider named and the catalogue does not know.
CREATE TABLE discovered_model (
  provider_id TEXT NOT NULL,
  model_id TEXT NOT NULL,
  name TEXT,
  context INTEGER,
  size_bytes INTEGER,
  parameter_label TEXT,
  seen_us INTEGER NOT NULL,
  PRIMARY KEY (provider_id, model_id)
);

-- What may be known about a key; the key itself is in the vault under secret_id.
CREATE TABLE api_key (
  id INTEGER PRIMARY KEY,
  provider_id TEXT NOT NULL,
  name TEXT NOT NULL,
  secret_id TEXT NOT NULL UNIQUE,
  last_four TEXT NOT NULL CHECK (length (last_four) <= 4),
  created_us INTEGER NOT NULL,
  in_use INTEGER NOT NULL DEFAULT 0 CHECK (in_use IN (0, 1))
);
CREATE UNIQUE INDEX api_key_one_in_use ON api_key (provider_id) WHERE in_use = 1;

CREATE TABLE conversation (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL DEFAULT '',
  model_key TEXT,
  system_prompt TEXT,
  draft TEXT NOT NULL DEFAULT '',
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  -- Sums over the receipts of its replies, kept with each settlement: the list of chats needs them.
  cost INTEGER NOT NULL DEFAULT 0,          -- of those that are known
  unknown_costs INTEGER NOT NULL DEFAULT 0, -- how many are not
  tokens INTEGER NOT NULL DEFAULT 0         -- input and output, where known
);
CREATE INDEX conversation_updated ON conversation (updated_us);

CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
  replaced_by INTEGER REFERENCES message (id) ON DELETE SET NULL, -- made again: kept, no longer shown
  role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
  state TEXT NOT NULL CHECK (state IN ('complete', 'streaming', 'stopped', 'interrupted', 'failed')),
  text TEXT NOT NULL DEFAULT '',
  reasoning TEXT NOT NULL DEFAULT '',
  model_key TEXT,
  model_name TEXT,
  created_us INTEGER NOT NULL,
  finish TEXT,
  error_code TEXT,
  error_detail TEXT,
  opaque TEXT,                      -- what the provider wants to have back with this turn
  retry_at_us INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX message_of_conversation ON message (conversation_id, id);
CREATE INDEX message_streaming ON message (conversation_id) WHERE state = 'streaming';

-- What came of a streaming reply: written several times a second, folded into the message when
-- it ends. Adding to a long text row by row would write all of it again each time.
CREATE TABLE message_piece (
  id INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  reasoning TEXT NOT NULL
);
CREATE INDEX message_piece_of_message ON message_piece (message_id, id);

-- What a reply cost and why. A row without settled_us is a hold: it was written before anything
-- was sent, and is resolved at the next start when the program ended before settling.
CREATE TABLE receipt (
  id INTEGER PRIMARY KEY,
  message_id INTEGER REFERENCES message (id) ON DELETE SET NULL,
  purpose TEXT NOT NULL,
  model_key TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  catalogue_version TEXT NOT NULL,
  owner INTEGER NOT NULL,           -- the process that settles it: a lock it holds while it lives
  held INTEGER,                     -- worst case; NULL: the price is not known
  started_us INTEGER NOT NULL,
  settled_us INTEGER,
  outcome TEXT CHECK (outcome IN ('complete', 'stopped', 'failed', 'interrupted')),
  input_tokens INTEGER,
  cached_tokens INTEGER,
  cache_write_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  counted_here INTEGER NOT NULL DEFAULT 0 CHECK (counted_here IN (0, 1)),
  price_input INTEGER,              -- micro-dollars per million tokens, as applied
  price_output INTEGER,
  price_cache_read INTEGER,
  price_cache_write INTEGER,
  price_reasoning INTEGER,
  cost INTEGER,                     -- NULL: not known; never more than was held
  overrun INTEGER NOT NULL DEFAULT 0,
  provider_cost INTEGER,
  first_token_ms INTEGER,
  duration_ms INTEGER
);
CREATE INDEX receipt_of_message ON receipt (message_id);
CREATE INDEX receipt_open ON receipt (started_us) WHERE settled_us IS NULL;
