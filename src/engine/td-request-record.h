/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TD_REQUEST_COMPLETE "complete"
#define TD_REQUEST_STOPPED  "stopped"

/**
 * TdRequestRecord:
 *
 * How one request to one provider went: figures and names, never a word of it. A completion
 * that is tried again, or falls back to another offer, is one record for each request it sent.
 */
typedef struct
{
  gint64 started_us;     /* since 1970 */
  char *provider_id;
  char *endpoint;        /* the base address in force */
  char *model_key;       /* what was asked for */
  char *offer_key;       /* the model at this provider that it went to */
  char *purpose;         /* as in the receipt: "chat" */
  char *outcome;         /* TD_REQUEST_COMPLETE, TD_REQUEST_STOPPED or a td_error_code */
  guint retries;         /* how many requests of this turn failed before it */
  gint64 first_token_ms; /* this and the rest: -1 when unknown */
  gint64 duration_ms;
  gint64 input_tokens;
  gint64 cached_tokens;
  gint64 output_tokens;
  gint64 hidden_tokens;  /* of the output, thought before anything was shown; 0: none */
} TdRequestRecord;

typedef enum
{
  TD_REQUEST_KIND_COMPLETE,
  TD_REQUEST_KIND_STOPPED,
  TD_REQUEST_KIND_FAULT,   /* failed, and the provider or the way there is to blame */
  TD_REQUEST_KIND_REFUSED, /* failed for a reason of ours: the key, the credit, the request */
} TdRequestKind;

TdRequestRecord *td_request_record_new      (void);
void             td_request_record_free     (TdRequestRecord       *self);
gint64           td_request_record_get_rate (const TdRequestRecord *self);
TdRequestKind    td_request_kind_of_outcome (const char            *outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdRequestRecord, td_request_record_free)

G_END_DECLS
