/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What may come from anywhere: given to a parser, it must neither break nor contradict itself.
 * Each is a program of its own under libFuzzer, and part of test-fuzz everywhere else. */
typedef void (*FuzzTarget) (const guint8 *data,
                            gsize         size);

void   fuzz_sse         (const guint8 *data,
                         gsize         size);
void   fuzz_ndjson      (const guint8 *data,
                         gsize         size);
void   fuzz_openai      (const guint8 *data,
                         gsize         size);
void   fuzz_responses   (const guint8 *data,
                         gsize         size);
void   fuzz_anthropic   (const guint8 *data,
                         gsize         size);
void   fuzz_gemini      (const guint8 *data,
                         gsize         size);
void   fuzz_ollama      (const guint8 *data,
                         gsize         size);
void   fuzz_failure     (const guint8 *data,
                         gsize         size);
void   fuzz_lists       (const guint8 *data,
                         gsize         size);
void   fuzz_pull        (const guint8 *data,
                         gsize         size);
void   fuzz_address     (const guint8 *data,
                         gsize         size);
void   fuzz_image       (const guint8 *data,
                         gsize         size);
void   fuzz_json        (const guint8 *data,
                         gsize         size);
void   fuzz_catalogue   (const guint8 *data,
                         gsize         size);
void   fuzz_import      (const guint8 *data,
                         gsize         size);
void   fuzz_markdown    (const guint8 *data,
                         gsize         size);
void   fuzz_dialect     (const guint8 *data,
                         gsize         size);

/* The input in pieces whose lengths follow from the input: the same ones each time. */
typedef struct
{
  const guint8 *data;
  gsize left;
  guint32 state;
} FuzzCuts;

void   fuzz_cuts_begin  (FuzzCuts     *self,
                         const guint8 *data,
                         gsize         size);
char  *fuzz_cuts_next   (FuzzCuts     *self,
                         gsize        *length);

/* A copy of exactly its length, so that the sanitizer sees a byte read too many. */
char  *fuzz_copy        (const guint8 *data,
                         gsize         size);

G_END_DECLS
