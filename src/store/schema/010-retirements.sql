-- SPDX-License-Identifier: GPL-3.0-or-later
-- When a provider is going to retire a model, as its own list says.

ALTER TABLE discovered_model ADD COLUMN retires TEXT; -- YYYY-MM-DD; empty: some day
