-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who has data on this machine and who is signed in: a small database of its own (accounts.db).
-- Everything an account owns is in a database of that account, so that one can be deleted whole
-- and no query can reach into another's.

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (length (name) BETWEEN 1 AND 80),
  folded_name TEXT NOT NULL UNIQUE,   -- two names that look alike are one
  email TEXT,
  password TEXT,                      -- PBKDF2 with its parameters; NULL: not protected
  folder TEXT NOT NULL UNIQUE,        -- of its data, below this database's own; '': that one
  vault TEXT NOT NULL DEFAULT 'keyring' CHECK (vault IN ('keyring', 'sealed')),
  leftover TEXT CHECK (leftover IN ('keyring', 'sealed')), -- a vault with copies that are to go
  failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0), -- wrong passwords since the last right one
  last_failure_us INTEGER NOT NULL DEFAULT 0,
  created_us INTEGER NOT NULL,
  last_used_us INTEGER NOT NULL,
  CHECK (vault = 'keyring' OR password IS NOT NULL)
);

CREATE TABLE session (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL,              -- 'device': the programs on this machine
  created_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL,
  revoked_us INTEGER
);
CREATE INDEX session_of_account ON session (account_id);

-- Each is good once. The used ones are kept while the session lives: one that comes again is stolen
-- or was.
CREATE TABLE refresh_token (
  hash TEXT PRIMARY KEY,              -- SHA-256: the token itself is with its bearer only
  session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  created_us INTEGER NOT NULL,
  used_us INTEGER
);
CREATE INDEX refresh_token_of_session ON refresh_token (session_id);

-- Who is signed in on this machine.
CREATE TABLE device (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  account_id TEXT REFERENCES account (id) ON DELETE SET NULL,
  session_id TEXT REFERENCES session (id) ON DELETE SET NULL
);
INSERT INTO device (id) VALUES (1);
