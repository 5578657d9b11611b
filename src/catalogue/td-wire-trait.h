/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "base/td-json-write.h"

G_BEGIN_DECLS

/**
 * TdWireTrait:
 * @TD_WIRE_TRAIT_RESPONSES: chats go through OpenAI's Responses, not Chat Completions
 * @TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS: the limit of a reply is called max_completion_tokens
 * @TD_WIRE_TRAIT_REASONING_OBJECT: how much to think is said in an object "reasoning"
 * @TD_WIRE_TRAIT_KEY_CALL: the list of models is open to everybody; GET /key tells about a key
 *
 * Where a provider, or a single model of one, departs from what others of its kind do. In the
 * catalogue it is the member "wire", a list of words.
 */
typedef enum
{
  TD_WIRE_TRAIT_NONE = 0,
  TD_WIRE_TRAIT_RESPONSES = 1 << 0,
  TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS = 1 << 1,
  TD_WIRE_TRAIT_REASONING_OBJECT = 1 << 2,
  TD_WIRE_TRAIT_KEY_CALL = 1 << 3,
} TdWireTrait;

TdWireTrait td_wire_traits_read  (const TdJson *list);
void        td_wire_traits_write (TdJsonWriter *writer,
                                  const char   *name,
                                  TdWireTrait   traits);

G_END_DECLS
