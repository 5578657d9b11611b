/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-prompt-meter.h"

G_BEGIN_DECLS

/* What the composer says about the message being written; no widgets, so that it can be tested as
 * tables. */

char *td_prompt_text_count   (TdTokenCount           count);
char *td_prompt_text_summary (const TdPromptFigures *figures);
char *td_prompt_text_details (const TdPromptFigures *figures);

G_END_DECLS
