-- SPDX-License-Identifier: GPL-3.0-or-later
-- The wallet: a ledger in double entry that is only ever added to, budgets, and what was spent on
-- which day. Money is nano-dollars; the rules that must hold whatever the program does are here.

CREATE TABLE wallet (
  id INTEGER PRIMARY KEY,
  mode TEXT NOT NULL DEFAULT 'track' CHECK (mode IN ('track', 'prepaid')),
  mode_chosen INTEGER NOT NULL DEFAULT 0 CHECK (mode_chosen IN (0, 1)), -- by the user
  commission_ppm INTEGER NOT NULL DEFAULT 300000 CHECK (commission_ppm BETWEEN 0 AND 1000000),
  head_number INTEGER NOT NULL DEFAULT 0, -- the newest transaction, and its hash
  head_hash TEXT NOT NULL DEFAULT '',
  closing INTEGER NOT NULL DEFAULT 0 CHECK (closing IN (0, 1)) -- about to be deleted with everything
);
INSERT INTO wallet (id) VALUES (1);

-- Money that comes in is taken from 'funding', what is spent goes to 'spent' (one per provider),
-- 'commission' and 'overrun' (more than was held). Spending that no money of the wallet paid for
-- is taken from 'unfunded'. All of them together are zero.
CREATE TABLE ledger_account (
  id INTEGER PRIMARY KEY,
  wallet_id INTEGER NOT NULL REFERENCES wallet (id),
  kind TEXT NOT NULL CHECK (kind IN ('wallet', 'held', 'funding', 'spent', 'commission', 'overrun', 'unfunded')),
  subject TEXT NOT NULL DEFAULT '',
  balance INTEGER NOT NULL DEFAULT 0, -- the sum of its entries
  UNIQUE (wallet_id, kind, subject),
  CHECK (balance >= 0 OR kind IN ('funding', 'unfunded'))
);

CREATE TABLE ledger_transaction (
  id INTEGER PRIMARY KEY,
  wallet_id INTEGER NOT NULL REFERENCES wallet (id),
  number INTEGER NOT NULL,            -- from 1, without gaps
  kind TEXT NOT NULL CHECK (kind IN ('fund', 'refund', 'hold', 'release', 'settle')),
  time_us INTEGER NOT NULL,
  amount INTEGER NOT NULL,            -- as the user sees it: what came in, or what was spent, as a negative
  balance INTEGER NOT NULL CHECK (balance >= 0), -- of the wallet afterwards
  held INTEGER NOT NULL CHECK (held >= 0),
  receipt_id INTEGER,                 -- of a hold and how it ended
  related_number INTEGER,             -- the hold that is settled or released, the funding that is refunded
  method TEXT,                        -- how money came in
  reference TEXT,                     -- what the method calls it; never taken twice
  note TEXT,
  model_key TEXT,                     -- what was asked
  provider_id TEXT,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (wallet_id, number)
);
CREATE UNIQUE INDEX ledger_once_by_reference ON ledger_transaction (kind, method, reference)
  WHERE reference IS NOT NULL;
CREATE INDEX ledger_by_receipt ON ledger_transaction (receipt_id, kind, number)
  WHERE receipt_id IS NOT NULL;
CREATE UNIQUE INDEX ledger_settled_once ON ledger_transaction (receipt_id)
  WHERE kind = 'settle';
CREATE INDEX ledger_by_kind ON ledger_transaction (wallet_id, kind, number);

CREATE TABLE ledger_entry (
  transaction_id INTEGER NOT NULL REFERENCES ledger_transaction (id),
  line INTEGER NOT NULL,
  account_id INTEGER NOT NULL REFERENCES ledger_account (id),
  amount INTEGER NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (transaction_id, line)
) WITHOUT ROWID;

CREATE TRIGGER ledger_transaction_is_next BEFORE INSERT ON ledger_transaction
  WHEN NEW.number <> (SELECT head_number + 1 FROM wallet WHERE id = NEW.wallet_id)
    OR NEW.previous_hash <> (SELECT head_hash FROM wallet WHERE id = NEW.wallet_id)
  BEGIN SELECT RAISE (ABORT, 'the ledger is only added to at its end'); END;
CREATE TRIGGER ledger_transaction_stays BEFORE UPDATE ON ledger_transaction
  BEGIN SELECT RAISE (ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER ledger_transaction_is_kept BEFORE DELETE ON ledger_transaction
  WHEN (SELECT closing FROM wallet WHERE id = OLD.wallet_id) = 0
  BEGIN SELECT RAISE (ABORT, 'the ledger is only added to'); END;
-- Entries are written before the wallet's head moves on to their transaction.
CREATE TRIGGER ledger_entry_is_new BEFORE INSERT ON ledger_entry
  WHEN (SELECT number FROM ledger_transaction WHERE id = NEW.transaction_id) <>
    (SELECT head_number + 1 FROM wallet WHERE id =
      (SELECT wallet_id FROM ledger_transaction WHERE id = NEW.transaction_id))
  BEGIN SELECT RAISE (ABORT, 'a transaction of the ledger is complete'); END;
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry
  BEGIN SELECT RAISE (ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER ledger_entry_is_kept BEFORE DELETE ON ledger_entry
  WHEN (SELECT closing FROM wallet WHERE id =
    (SELECT wallet_id FROM ledger_transaction WHERE id = OLD.transaction_id)) = 0
  BEGIN SELECT RAISE (ABORT, 'the ledger is only added to'); END;

CREATE TABLE budget (
  id INTEGER PRIMARY KEY,
  wallet_id INTEGER NOT NULL REFERENCES wallet (id),
  period TEXT NOT NULL CHECK (period IN ('day', 'week', 'month')),
  scope TEXT NOT NULL CHECK (scope IN ('all', 'provider', 'model', 'agent', 'client')),
  subject TEXT NOT NULL DEFAULT '', -- which one
  amount INTEGER NOT NULL CHECK (amount >= 0),
  UNIQUE (wallet_id, period, scope, subject)
);

-- What was spent and what is held, by the user's own days: budgets are checked against it.
CREATE TABLE spending (
  wallet_id INTEGER NOT NULL REFERENCES wallet (id),
  day INTEGER NOT NULL,             -- 20261123; the day of the hold
  provider_id TEXT NOT NULL,
  model_key TEXT NOT NULL,
  agent TEXT NOT NULL,              -- '': none
  client TEXT NOT NULL,
  settled INTEGER NOT NULL DEFAULT 0 CHECK (settled >= 0),
  held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
  PRIMARY KEY (wallet_id, day, provider_id, model_key, agent, client)
);

-- Receipts from before the wallet have none.
ALTER TABLE receipt ADD COLUMN wallet_id INTEGER;
ALTER TABLE receipt ADD COLUMN funded INTEGER NOT NULL DEFAULT 0; -- held from the wallet's own money
ALTER TABLE receipt ADD COLUMN commission_ppm INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN commission INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN day INTEGER;
ALTER TABLE receipt ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE receipt ADD COLUMN client TEXT NOT NULL DEFAULT '';

-- Whose key it is: the user's own, or an operator's, who takes a commission.
ALTER TABLE api_key ADD COLUMN ownership TEXT NOT NULL DEFAULT 'own'
  CHECK (ownership IN ('own', 'marketplace'));
