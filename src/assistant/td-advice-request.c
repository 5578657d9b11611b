/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/td-advice-request.h"

#include "assistant/td-advice-json.h"

G_DEFINE_QUARK (td-advice-request-error-quark, td_advice_request_error)

static gboolean
take_amount (const TdJson *json,
             gint64 *amount,
             gboolean (*parse) (const char *text, gint64 *result))
{
  const char *text = td_json_get_type (json) == TD_JSON_NUMBER ? td_json_get_number_text (json)
                                                               : td_json_get_string (json);

  return text == NULL || (parse (text, amount) && *amount >= 0);
}

static void
take_facts (TdAdviceSettings *settings,
            const TdJson     *json)
{
  settings->local_only = td_json_member_bool (json, "local_only", settings->local_only);
  settings->open_weights_only =
    td_json_member_bool (json, "open_weights", settings->open_weights_only);
  settings->free_only = td_json_member_bool (json, "free_only", settings->free_only);
  settings->include_all = td_json_member_bool (json, "include_all", settings->include_all);
  settings->memory_bytes = td_json_member_int64 (json, "memory_bytes", settings->memory_bytes);
  settings->min_context = td_json_member_int64 (json, "min_context", settings->min_context);
}

static void
take_providers (TdAdviceRequest *self,
                const TdJson    *json)
{
  self->providers_in = td_json_member_strv (json, "providers_in");
  self->providers_out = td_json_member_strv (json, "providers_out");
  if (self->providers_in != NULL && *self->providers_in != NULL)
    self->settings.providers_in = (const char *const *) self->providers_in;
  if (self->providers_out != NULL && *self->providers_out != NULL)
    self->settings.providers_out = (const char *const *) self->providers_out;
}

/* What the request says, over what is usual. */
static gboolean
take_settings (TdAdviceRequest  *self,
               const TdJson     *json,
               GError          **error)
{
  const char *profile = td_json_member_string (json, "profile");
  TdAdviceSettings *settings = &self->settings;

  if (profile != NULL && !td_profile_from_string (profile, &settings->profile))
    {
      g_set_error_literal (error, TD_ADVICE_REQUEST_ERROR, TD_ADVICE_REQUEST_ERROR_PROFILE,
                           "a profile is quality, balanced, cost or speed");
      return FALSE;
    }
  if (!take_amount (td_json_get_member (json, "max_cost"), &settings->max_cost, td_money_parse) ||
      !take_amount (td_json_get_member (json, "max_price"), &settings->max_price, td_price_parse))
    {
      g_set_error_literal (error, TD_ADVICE_REQUEST_ERROR, TD_ADVICE_REQUEST_ERROR_AMOUNT,
                           "a limit is a number of dollars, such as 0.02");
      return FALSE;
    }
  take_facts (settings, json);
  take_providers (self, json);
  return TRUE;
}

/**
 * td_advice_request_read:
 * @self: (out caller-allocates): the request
 * @root: what a program wrote
 * @usual: what holds where it says nothing
 * @error: return location for a #TdAdviceRequestError
 *
 * Also where it fails @self has to be cleared, and says the id.
 *
 * Returns: whether it makes sense
 */
gboolean
td_advice_request_read (TdAdviceRequest         *self,
                        const TdJson            *root,
                        const TdAdviceSettings  *usual,
                        GError                 **error)
{
  *self = (TdAdviceRequest) { .id = td_json_get_member (root, "id"), .settings = *usual };
  self->text = td_json_get_string (root);
  if (self->text == NULL)
    self->text = td_json_member_string (root, "text");
  if (self->text != NULL)
    return take_settings (self, td_json_get_member (root, "settings"), error);
  g_set_error_literal (error, TD_ADVICE_REQUEST_ERROR, TD_ADVICE_REQUEST_ERROR_TEXT,
                       "it is neither a string nor an object with a text");
  return FALSE;
}

void
td_advice_request_clear (TdAdviceRequest *self)
{
  g_clear_pointer (&self->providers_in, g_strfreev);
  g_clear_pointer (&self->providers_out, g_strfreev);
}

/**
 * td_advice_request_write_answer:
 * @self: a request
 * @advice: the advice
 * @analysis: what was understood of its text
 * @writer: where the answer is written, as one object
 */
void
td_advice_request_write_answer (const TdAdviceRequest *self,
                                const TdAdvice        *advice,
                                const TdAnalysis      *analysis,
                                TdJsonWriter          *writer)
{
  td_json_writer_begin_object (writer);
  if (td_json_is_set (self->id))
    {
      td_json_writer_name (writer, "id");
      td_json_writer_value (writer, self->id);
    }
  td_advice_write_members (advice, analysis, writer);
  td_json_writer_end_object (writer);
}
