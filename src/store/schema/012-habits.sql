-- SPDX-License-Identifier: GPL-3.0-or-later
-- How long the replies of a model were is looked up while a message is written.

CREATE INDEX receipt_of_model ON receipt (model_key, id);
