-- SPDX-License-Identifier: GPL-3.0-or-later
-- Money that somebody pays for the wallet elsewhere. A row is there before anything is asked, so that
-- a payment whose beginning nobody remembers can still be asked for.

CREATE TABLE payment (
  id INTEGER PRIMARY KEY,
  wallet_id INTEGER NOT NULL REFERENCES wallet (id),
  method TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,       -- drawn at random: makes asking twice asking once, and comes back with the payment
  reference TEXT,                   -- what the method calls it; NULL until it is known
  page TEXT,                        -- where it is paid
  intent TEXT,                      -- what the method calls the money that came
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL CHECK (currency = 'usd'),
  note TEXT,
  state TEXT NOT NULL CHECK (state IN ('new', 'open', 'paid', 'ended')),
  created_us INTEGER NOT NULL,
  UNIQUE (method, reference)
);
CREATE INDEX payment_open ON payment (wallet_id) WHERE state IN ('new', 'open');

-- How an operator takes money; the secret key is in the vault.
CREATE TABLE payment_setup (
  method TEXT PRIMARY KEY,
  base_url TEXT NOT NULL,
  return_url TEXT NOT NULL          -- where the payer's browser goes afterwards; it proves nothing
);
