/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/td-advice.h"
#include "base/td-json-write.h"

G_BEGIN_DECLS

#define TD_ADVICE_REQUEST_ERROR (td_advice_request_error_quark ())
GQuark td_advice_request_error_quark (void);

/**
 * TdAdviceRequestError:
 * @TD_ADVICE_REQUEST_ERROR_TEXT: it is neither a string nor an object with a text
 * @TD_ADVICE_REQUEST_ERROR_PROFILE: there is no such profile
 * @TD_ADVICE_REQUEST_ERROR_AMOUNT: a limit is no number of dollars
 */
typedef enum
{
  TD_ADVICE_REQUEST_ERROR_TEXT,
  TD_ADVICE_REQUEST_ERROR_PROFILE,
  TD_ADVICE_REQUEST_ERROR_AMOUNT,
} TdAdviceRequestError;

/**
 * TdAdviceRequest:
 *
 * A question for advice as programs ask it, in the terminal's --batch and at the gateway: a JSON string,
 * or an object with "text" and, if wanted, "id" and "settings". Borrows from the JSON it was read from.
 */
typedef struct
{
  const TdJson *id;          /* absent: none */
  const char *text;
  TdAdviceSettings settings;
  GStrv providers_in;        /* (owned) (nullable): behind @settings */
  GStrv providers_out;       /* (owned) (nullable) */
} TdAdviceRequest;

gboolean td_advice_request_read  (TdAdviceRequest         *self,
                                  const TdJson            *root,
                                  const TdAdviceSettings  *usual,
                                  GError                 **error);
void     td_advice_request_clear (TdAdviceRequest         *self);
void     td_advice_request_write_answer (const TdAdviceRequest *self,
                                         const TdAdvice        *advice,
                                         const TdAnalysis      *analysis,
                                         TdJsonWriter          *writer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TdAdviceRequest, td_advice_request_clear)

G_END_DECLS
