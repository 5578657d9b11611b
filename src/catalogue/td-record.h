/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "catalogue/td-catalogue-draft.h"

G_BEGIN_DECLS

/*
 * TdRecord:
 *
 * One object of a catalogue document being read. The functions take a field of it into a slot:
 * a missing field (or null, which means the same) leaves the slot as it is, one of the wrong
 * kind or out of bounds is an error that names the record and the field. Inside src/catalogue
 * only.
 */
typedef struct
{
  const TdJson *json;
  const char *what;
  const char *name; /* (nullable) */
} TdRecord;

gboolean td_record_fail            (const TdRecord  *record,
                                    const char      *field,
                                    const char      *problem,
                                    GError         **error);
gboolean td_record_take_text       (const TdRecord  *record,
                                    const char      *field,
                                    gsize            max_bytes,
                                    char           **slot,
                                    GError         **error);
gboolean td_record_take_checked    (const TdRecord  *record,
                                    const char      *field,
                                    gboolean (*is_valid) (const char *text),
                                    const char      *problem,
                                    char           **slot,
                                    GError         **error);
gboolean td_record_take_url        (const TdRecord  *record,
                                    const char      *field,
                                    char           **slot,
                                    GError         **error);
gboolean td_record_take_date       (const TdRecord  *record,
                                    const char      *field,
                                    char           **slot,
                                    GError         **error);
gboolean td_record_take_bool       (const TdRecord  *record,
                                    const char      *field,
                                    gboolean        *slot,
                                    GError         **error);
gboolean td_record_take_fact       (const TdRecord  *record,
                                    const char      *field,
                                    TdFact          *slot,
                                    GError         **error);
gboolean td_record_take_int        (const TdRecord  *record,
                                    const char      *field,
                                    gint64           min,
                                    gint64           max,
                                    gint64          *slot,
                                    GError         **error);
gboolean td_record_take_double     (const TdRecord  *record,
                                    const char      *field,
                                    double          *slot,
                                    gboolean        *has_value,
                                    GError         **error);
gboolean td_record_take_list       (const TdRecord  *record,
                                    const char      *field,
                                    GStrv           *slot,
                                    GError         **error);
gboolean td_record_take_modalities (const TdRecord  *record,
                                    const char      *field,
                                    TdModality      *slot,
                                    GError         **error);

typedef gboolean (*TdReadElement) (const TdJson      *json,
                                   TdCatalogueDraft  *draft,
                                   GError           **error);

gboolean   td_record_read_array     (const TdJson      *root,
                                     const char        *name,
                                     guint              max_length,
                                     TdReadElement      read_element,
                                     TdCatalogueDraft  *draft,
                                     GError           **error);
TdJsonDoc *td_record_parse_document (GBytes            *document,
                                     const char        *format,
                                     GError           **error);

G_END_DECLS
