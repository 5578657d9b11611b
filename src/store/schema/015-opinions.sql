-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the user said of a reply: shown with it, and taken back when they say otherwise.

CREATE TABLE opinion (
  message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
  category TEXT NOT NULL,
  model TEXT NOT NULL,
  good INTEGER NOT NULL CHECK (good IN (0, 1)),
  given_us INTEGER NOT NULL
);
