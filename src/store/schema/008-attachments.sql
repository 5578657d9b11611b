-- SPDX-License-Identifier: GPL-3.0-or-later
-- Pictures that go with a message, tools that a model wanted to call, and what the user wants of a
-- chat's replies.

CREATE TABLE attachment (
  id INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX attachment_of_message ON attachment (message_id, id);

ALTER TABLE message ADD COLUMN calls TEXT;              -- a JSON list of id, name and arguments

ALTER TABLE conversation ADD COLUMN effort TEXT;
ALTER TABLE conversation ADD COLUMN temperature INTEGER; -- thousandths; NULL: the model's own
ALTER TABLE conversation ADD COLUMN max_output INTEGER NOT NULL DEFAULT 0 CHECK (max_output >= 0);
