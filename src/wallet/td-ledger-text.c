/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV by RFC 4180, for spreadsheets, and JSON, for programs. Amounts are exact: decimals of dollars
 * in the one, nano-dollars in the other.
 */
#include "config.h"

#include "wallet/td-ledger-text.h"

#include <string.h>

#include "base/td-json-write.h"

#define HEADER                                                                             \
  "number,time,kind,amount_usd,balance_usd,held_usd,model,provider,method,reference,note," \
  "related,hash\r\n"

static char *
format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc_usec (time_us);

  return time ? g_date_time_format_iso8601 (time) : g_strdup ("");
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static gboolean
is_plain (const char *text)
{
  if (strchr ("=+-@ '", *text))
    return FALSE;
  for (const char *p = text; *p; p++)
    {
      if (g_ascii_iscntrl (*p) || *p == ',' || *p == '"')
        return FALSE;
    }
  return TRUE;
}

static void
add_cell (GString    *out,
          const char *text)
{
  g_string_append_c (out, ',');
  if (!text || *text == '\0')
    return;
  if (is_plain (text))
    {
      g_string_append (out, text);
      return;
    }
  g_string_append_c (out, '"');
  /* A spreadsheet would reckon what begins like a formula: a note, or a model's name, is none. */
  if (strchr ("=+-@\t\r", *text))
    g_string_append_c (out, '\'');
  for (const char *p = text; *p; p++)
    {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, g_ascii_iscntrl (*p) && *p != '\n' ? ' ' : *p);
    }
  g_string_append_c (out, '"');
}

static void
add_money_cell (GString *out,
                TdMoney  money)
{
  g_autofree char *text = td_money_to_decimal (money);

  g_string_append_printf (out, ",%s", text);
}

static void
add_row (GString                   *out,
         const TdLedgerTransaction *transaction)
{
  g_autofree char *time = format_time (transaction->time_us);
  g_autofree char *related = transaction->related_number > 0
                               ? g_strdup_printf ("%" G_GINT64_FORMAT, transaction->related_number)
                               : NULL;

  g_string_append_printf (out, "%" G_GINT64_FORMAT, transaction->number);
  add_cell (out, time);
  add_cell (out, td_ledger_kind_to_string (transaction->kind));
  add_money_cell (out, transaction->amount);
  add_money_cell (out, transaction->balance);
  add_money_cell (out, transaction->held);
  add_cell (out, transaction->model_key);
  add_cell (out, transaction->provider_id);
  add_cell (out, transaction->method);
  add_cell (out, transaction->reference);
  add_cell (out, transaction->note);
  add_cell (out, related);
  add_cell (out, transaction->hash);
  g_string_append (out, "\r\n");
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void
write_text (TdJsonWriter *writer,
            const char   *name,
            const char   *text)
{
  td_json_writer_name (writer, name);
  if (text)
    td_json_writer_string (writer, text);
  else
    td_json_writer_null (writer);
}

static void
add_object (GString                   *out,
            const TdLedgerTransaction *transaction)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autofree char *time = format_time (transaction->time_us);
  g_autofree char *text = NULL;

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "number", transaction->number);
  td_json_writer_member_string (writer, "kind", td_ledger_kind_to_string (transaction->kind));
  td_json_writer_member_string (writer, "time", time);
  td_json_writer_member_int64 (writer, "amount_nano_dollars", transaction->amount);
  td_json_writer_member_int64 (writer, "balance_nano_dollars", transaction->balance);
  td_json_writer_member_int64 (writer, "held_nano_dollars", transaction->held);
  write_text (writer, "model", transaction->model_key);
  write_text (writer, "provider", transaction->provider_id);
  write_text (writer, "method", transaction->method);
  write_text (writer, "reference", transaction->reference);
  write_text (writer, "note", transaction->note);
  td_json_writer_name (writer, "related");
  if (transaction->related_number > 0)
    td_json_writer_int64 (writer, transaction->related_number);
  else
    td_json_writer_null (writer);
  td_json_writer_member_string (writer, "hash", transaction->hash);
  td_json_writer_end_object (writer);
  text = td_json_writer_steal_text (writer);
  if (g_str_has_suffix (out->str, "}"))
    g_string_append (out, ",\n");
  g_string_append (out, text);
}

/* ---- both ------------------------------------------------------------------------------------ */

/**
 * td_ledger_text_begin:
 * @out: where it goes
 * @format: a format
 *
 * Writes what comes before the transactions.
 */
void
td_ledger_text_begin (GString        *out,
                      TdLedgerFormat  format)
{
  g_string_append (out, format == TD_LEDGER_CSV ? HEADER : "{\"transactions\":[\n");
}

/**
 * td_ledger_text_add:
 * @out: where it goes
 * @format: a format
 * @transaction: a transaction
 *
 * Writes it. What a spreadsheet would take for a formula is made text of.
 */
void
td_ledger_text_add (GString                   *out,
                    TdLedgerFormat             format,
                    const TdLedgerTransaction *transaction)
{
  g_return_if_fail (transaction != NULL);

  if (format == TD_LEDGER_CSV)
    add_row (out, transaction);
  else
    add_object (out, transaction);
}

/**
 * td_ledger_text_end:
 * @out: where it goes
 * @format: a format
 *
 * Writes what comes after the transactions.
 */
void
td_ledger_text_end (GString        *out,
                    TdLedgerFormat  format)
{
  if (format == TD_LEDGER_JSON)
    g_string_append (out, "\n]}\n");
}
