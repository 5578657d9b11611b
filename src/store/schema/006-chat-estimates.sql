-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many of a chat's receipts have a token count that is our estimate: its sum of tokens is one then.

ALTER TABLE conversation ADD COLUMN estimates INTEGER NOT NULL DEFAULT 0;
UPDATE conversation SET estimates = (
  SELECT count(*) FROM receipt r JOIN message m ON m.id = r.message_id
  WHERE m.conversation_id = conversation.id AND r.settled_us IS NOT NULL
    AND r.counted_here = 1 AND r.counted_exactly = 0);
