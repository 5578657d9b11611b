/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"

G_BEGIN_DECLS

/*
 * What a value looks like inside a TdJsonDoc. 16 bytes, so that a list of values is one piece of
 * memory. Of an object the members lie as name, value, name, value.
 */
struct _TdJson
{
  guint8 type;      /* TdJsonType */
  guint8 is_true;   /* of a boolean */
  guint8 has_index; /* of an object: a TdJsonIndex lies right before its members */
  guint32 length;   /* bytes of a string or number; elements; members */
  union
  {
    const char *text;    /* of a string or number, terminated */
    const TdJson *items; /* of an array or object */
  };
};

/* Finds an object's members by name: a table of member numbers plus one, 0 where it is empty. */
typedef struct
{
  guint32 *slots;
  gsize mask;
} TdJsonIndex;

G_STATIC_ASSERT (sizeof (TdJson) <= 16);
G_STATIC_ASSERT (sizeof (TdJsonIndex) <= sizeof (TdJson));

/* Objects with fewer members are searched one by one. */
#define TD_JSON_INDEX_FROM 9

typedef struct _TdJsonChunk TdJsonChunk;

struct _TdJsonDoc
{
  TdJson root;
  TdJsonChunk *chunks; /* (owned) (nullable): all but the first piece of memory */
  char *free_space;    /* inside the newest piece */
  gsize free_bytes;
  gsize next_chunk_bytes;
  char *text; /* the document's own copy, which its strings lie in; of this very allocation */
};

gpointer td_json_doc_alloc     (TdJsonDoc   *self,
                                gsize        n_bytes);
guint64  td_json_hash_name     (const char  *name,
                                gsize        length);
gboolean td_json_parse_text    (TdJsonDoc   *self,
                                gsize        length,
                                guint        max_depth,
                                GError     **error);
void     td_json_append_quoted (GString     *out,
                                const char  *text,
                                gsize        length);

G_END_DECLS
