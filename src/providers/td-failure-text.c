/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-failure-text.h"

#include <string.h>

#define REDACTED     "[key]"
#define MAX_ID_BYTES 100

/* A run of letters and digits of this length with both in it is no word of a message. */
#define LONG_RUN 24

/* How keys of known providers start. */
static const char *const key_prefixes[] = {
  "sk-",
  "sk_",
  "pk-",
  "rk-",
  "hf_",
  "gsk_",
  "xai-",
  "AIza",
  "pplx-",
  "nvapi-",
  "ghp_",
  "gho_",
  "github_pat_",
  "fw_",
  "csk-",
  "tgp_",
  "r8_",
  "td-",
  "eyJ",
};

static gboolean
is_key_char (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_' || c == '*' || c == '.';
}

static gsize
run_length (const char *text)
{
  gsize length = 0;

  while (is_key_char (text[length]))
    length++;
  /* A full stop after it ends the sentence. */
  while (length > 0 && text[length - 1] == '.')
    length--;
  return length;
}

/* Letters and digits without a separator, as random keys are and model names are not. */
static gboolean
has_random_part (const char *text,
                 gsize       length)
{
  gsize run = 0;
  gboolean digit = FALSE;
  gboolean letter = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (text[i]))
        {
          run = 0;
          digit = letter = FALSE;
          continue;
        }
      run++;
      digit |= g_ascii_isdigit (text[i]);
      letter |= g_ascii_isalpha (text[i]);
      if (run >= LONG_RUN && digit && letter)
        return TRUE;
    }
  return FALSE;
}

static gboolean
looks_like_key (const char *text,
                gsize       length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (key_prefixes); i++)
    {
      gsize prefix = strlen (key_prefixes[i]);

      if (length >= prefix + 8 && strncmp (text, key_prefixes[i], prefix) == 0)
        return TRUE;
    }
  return has_random_part (text, length);
}

static char *
redact (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));

  while (*text != '\0')
    {
      gsize length = run_length (text);

      if (length == 0)
        g_string_append_c (out, *text++);
      else
        {
          if (looks_like_key (text, length))
            g_string_append (out, REDACTED);
          else
            g_string_append_len (out, text, length);
          text += length;
        }
    }
  return g_string_free (out, FALSE);
}

static gboolean
is_control (gunichar c)
{
  /* Also what turns text around or hides it: a message is shown beside our own words. */
  return g_unichar_iscntrl (c) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static char *
flatten (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_control (c))
        c = ' ';
      if (c == ' ' && (out->len == 0 || out->str[out->len - 1] == ' '))
        continue;
      g_string_append_unichar (out, c);
    }
  return g_strchomp (g_string_free (out, FALSE));
}

static void
cut_at_character (char  *text,
                  gsize  max_bytes)
{
  if (strlen (text) <= max_bytes)
    return;
  while (max_bytes > 0 && ((guchar) text[max_bytes] & 0xc0) == 0x80)
    max_bytes--;
  text[max_bytes] = '\0';
}

/**
 * td_failure_clean_text:
 * @text: bytes from a provider
 * @length: how many
 * @max_bytes: how long the result may be
 *
 * Makes words of a provider fit to be shown and logged: valid UTF-8 on one line, no control
 * characters, and nothing in it that looks like a key.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL when nothing is left
 */
char *
td_failure_clean_text (const char *text,
                       gsize       length,
                       gsize       max_bytes)
{
  g_autofree char *valid = NULL;
  g_autofree char *flat = NULL;
  g_autofree char *clean = NULL;

  /* A key must not slip through by being cut in two, so the cut comes last; far beyond it
   * nothing matters. */
  valid = g_utf8_make_valid (text, MIN (length, max_bytes * 4));
  flat = flatten (valid);
  clean = redact (flat);
  cut_at_character (clean, max_bytes);
  return *clean != '\0' ? g_steal_pointer (&clean) : NULL;
}

/**
 * td_failure_redact_text:
 * @text: (nullable) (transfer full): words of a provider
 * @key: (nullable): the key that was sent
 *
 * Removes the very key from what a provider said, whatever it looks like.
 *
 * Returns: (transfer full) (nullable): the words without it
 */
char *
td_failure_redact_text (char       *text,
                        const char *key)
{
  g_autofree char *owned = text;
  g_auto (GStrv) parts = NULL;

  if (text == NULL || key == NULL || *key == '\0' || strstr (text, key) == NULL)
    return g_steal_pointer (&owned);
  parts = g_strsplit (owned, key, -1);
  return g_strjoinv (REDACTED, parts);
}

/**
 * td_failure_redact_key:
 * @failure: a failure
 * @key: (nullable): the key that was sent
 *
 * Removes the very key from everything the provider said.
 */
void
td_failure_redact_key (TdFailure  *failure,
                       const char *key)
{
  char **fields[] = { &failure->message, &failure->code, &failure->param, &failure->request_id };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    *fields[i] = td_failure_redact_text (*fields[i], key);
}

/**
 * td_failure_dup_request_id:
 * @text: (nullable): what a provider calls a request
 *
 * An id looks like a key, so it is not cleaned as words are.
 *
 * Returns: (transfer full) (nullable): the id in plain characters, at most 100
 */
char *
td_failure_dup_request_id (const char *text)
{
  GString *id = g_string_new (NULL);

  for (; text != NULL && *text != '\0' && id->len < MAX_ID_BYTES; text++)
    {
      if (g_ascii_isgraph (*text))
        g_string_append_c (id, *text);
    }
  return g_string_free (id, id->len == 0);
}
