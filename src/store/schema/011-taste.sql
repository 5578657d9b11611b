-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is learned on this machine about models by the kind of request: points for and against.

CREATE TABLE taste (
  category TEXT NOT NULL,
  model TEXT NOT NULL,
  liked INTEGER NOT NULL CHECK (liked >= 0),
  disliked INTEGER NOT NULL CHECK (disliked >= 0),
  updated_us INTEGER NOT NULL,
  PRIMARY KEY (category, model)
);
