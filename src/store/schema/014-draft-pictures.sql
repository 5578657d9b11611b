-- SPDX-License-Identifier: GPL-3.0-or-later
-- Pictures that are to go with a message that is not sent yet.

CREATE TABLE draft_attachment (
  id INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX draft_attachment_of_conversation ON draft_attachment (conversation_id, id);
