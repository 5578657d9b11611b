-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who counted: a count of ours may be exact, or an estimate.

ALTER TABLE receipt ADD COLUMN counted_exactly INTEGER NOT NULL DEFAULT 0;

-- What providers' own counts have taught about our estimates, by model or family and by script.
CREATE TABLE token_lesson (
  name TEXT NOT NULL,
  script TEXT NOT NULL,
  samples INTEGER NOT NULL CHECK (samples > 0),
  ratio_ppm INTEGER NOT NULL,       -- tokens for each million of the vocabulary estimates are made with
  error_ppm INTEGER NOT NULL,       -- mean of how far estimates were off when they were made
  updated_us INTEGER NOT NULL,
  PRIMARY KEY (name, script)
);
