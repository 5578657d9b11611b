-- SPDX-License-Identifier: GPL-3.0-or-later
-- Programs that may use the gateway. Of a key only its SHA-256 is kept; a client that was revoked stays on
-- record, and its name may be given again.

CREATE TABLE gateway_client (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  last_four TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  last_used_us INTEGER,
  revoked_us INTEGER
);

CREATE UNIQUE INDEX gateway_client_name ON gateway_client (name) WHERE revoked_us IS NULL;
