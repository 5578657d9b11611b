/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Q's advice for programs: the same bytes as the terminal's --json gives. The text of a long request is
 * analysed on a thread; who can be used now is only known on this one.
 */
#include "config.h"

#include "gateway/td-gateway-private.h"

#include <microhttpd.h>
#include <string.h>

#include "assistant/td-advice-request.h"
#include "engine/td-advice-context.h"

/* Analysing more than that takes too long for the main thread. */
#define MAX_ANALYSED_HERE (8 * 1024)

/* More than that says nothing more about what is asked. */
#define MAX_BODY (1024 * 1024)

typedef struct
{
  TdGateway *gateway;        /* (owned) */
  TdGatewayRequest *request; /* (owned) */
  TdJsonDoc *doc;            /* (owned) */
  TdAdviceRequest asked;
  gboolean selects;          /* one model, by the user's preferences, and no more */
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  td_advice_request_clear (&self->asked);
  g_clear_pointer (&self->doc, td_json_doc_free);
  td_gateway_request_unref (self->request);
  g_object_unref (self->gateway);
  g_free (self);
}

typedef Question QuestionAuto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuestionAuto, question_free)

static void
fail (TdGatewayRequest *request,
      TdFaultKind       kind,
      const char       *message)
{
  td_gateway_reply_fault (request,
                          td_gateway_route_get_dialect (td_gateway_request_get_path (request)),
                          td_fault_new (kind, NULL, "%s", message));
}

/* ---- the answer ---------------------------------------------------------------------------- */

static void
write_selected (const TdAdvice   *advice,
                const TdAnalysis *analysis,
                TdJsonWriter     *writer)
{
  const TdRecommendation *best = &advice->top[0];
  g_autoptr (GPtrArray) reasons = td_recommendation_list_reasons (best, analysis);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", td_model_get_key (best->model));
  td_json_writer_member_string (writer, "provider", td_model_get_facts (best->model)->provider_id);
  td_json_writer_member_string (writer, "category", td_category_to_string (analysis->category));
  td_json_writer_member_int64 (writer, "complexity", analysis->complexity);
  td_json_writer_member_string (writer, "profile", td_profile_to_string (advice->settings.profile));
  td_json_writer_member_int64 (writer, "candidates", advice->n_candidates);
  td_json_writer_name (writer, "cost_nanos");
  if (best->cost == TD_MONEY_UNKNOWN)
    td_json_writer_null (writer);
  else
    td_json_writer_int64 (writer, best->cost);
  td_json_writer_name (writer, "reasons");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < reasons->len; i++)
    td_json_writer_string (writer, g_ptr_array_index (reasons, i));
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
}

static void
answer (Question         *self,
        const TdAnalysis *analysis)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autoptr (TdAdvice) advice =
    td_advisor_run (td_gateway_get_advisor (self->gateway), analysis, &self->asked.settings);

  if (!self->selects)
    td_advice_request_write_answer (&self->asked, advice, analysis, writer);
  else if (advice->n_top > 0)
    write_selected (advice, analysis, writer);
  else
    {
      fail (self->request, TD_FAULT_NOT_FOUND, "None of the models that can be used now fits.");
      return;
    }
  td_gateway_reply_json (self->request, writer);
}

/* ---- the analysis -------------------------------------------------------------------------- */

static void
analyse_on_thread (GTask        *task,
                   gpointer      source,
                   gpointer      data,
                   GCancellable *cancellable)
{
  const Question *self = data;

  g_task_return_pointer (task,
                         td_analyzer_run (td_analyzer_get_default (NULL), self->asked.text, -1),
                         (GDestroyNotify) td_analysis_free);
}

static void
analysed_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdAnalysis) analysis = g_task_propagate_pointer (G_TASK (result), NULL);

  answer (g_task_get_task_data (G_TASK (result)), analysis);
}

/* @question: (transfer full) */
static void
analyse (Question *question)
{
  g_autoptr (QuestionAuto) self = question;

  if (strlen (self->asked.text) > MAX_ANALYSED_HERE)
    {
      g_autoptr (GTask) task = g_task_new (NULL, NULL, analysed_cb, NULL);

      g_task_set_source_tag (task, analyse);
      g_task_set_task_data (task, g_steal_pointer (&self), question_free);
      g_task_run_in_thread (task, analyse_on_thread);
    }
  else
    {
      g_autoptr (TdAnalysis) analysis =
        td_analyzer_run (td_analyzer_get_default (NULL), self->asked.text, -1);

      answer (self, analysis);
    }
}

/* ---- the question -------------------------------------------------------------------------- */

/* What the engine lent is taken back when it is asked the next time, and that may be before the answer. */
static void
keep_providers (TdAdviceRequest *asked)
{
  const char *const *lent = asked->settings.providers_in;

  if (lent == NULL || lent == (const char *const *) asked->providers_in)
    return;
  g_strfreev (asked->providers_in);
  asked->providers_in = g_strdupv ((char **) lent);
  asked->settings.providers_in = (const char *const *) asked->providers_in;
}

static gboolean
read_question (Question  *self,
               GError   **error)
{
  TdAdviceSettings usual = TD_ADVICE_SETTINGS_DEFAULT;
  TdEngine *engine = td_gateway_get_engine (self->gateway);
  const TdJsonLimits limits = { .max_bytes = MAX_BODY };

  self->doc =
    td_json_doc_parse_bytes (td_gateway_request_get_body (self->request), &limits, error);
  if (self->doc == NULL)
    return FALSE;
  if (self->selects)
    td_engine_take_advice_preferences (engine, &usual);
  td_engine_answer_advice (engine, &usual);
  if (!td_advice_request_read (&self->asked, td_json_doc_get_root (self->doc), &usual, error))
    return FALSE;
  keep_providers (&self->asked);
  return TRUE;
}

/**
 * td_gateway_advise:
 * @self: a gateway
 * @request: a request
 * @selects: whether one model is wanted and no more
 *
 * Answers which models fit. Nothing is sent anywhere.
 */
void
td_gateway_advise (TdGateway        *self,
                   TdGatewayRequest *request,
                   gboolean          selects)
{
  g_autoptr (QuestionAuto) question = g_new0 (Question, 1);
  g_autoptr (GError) error = NULL;

  question->gateway = g_object_ref (self);
  question->request = td_gateway_request_ref (request);
  question->selects = selects;
  if (td_analyzer_get_default (&error) == NULL)
    fail (request, TD_FAULT_INTERNAL, "The assistant's data is missing.");
  else if (!read_question (question, &error))
    fail (request,
          g_error_matches (error, TD_JSON_ERROR, TD_JSON_ERROR_TOO_LARGE) ? TD_FAULT_TOO_LARGE
                                                                          : TD_FAULT_INVALID,
          error->message);
  else
    analyse (g_steal_pointer (&question));
}
