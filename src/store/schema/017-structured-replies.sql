-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a chat's replies have to be, as a JSON schema.

ALTER TABLE conversation ADD COLUMN reply_schema TEXT;
