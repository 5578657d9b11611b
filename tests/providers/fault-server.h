/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * FaultServer:
 *
 * A server on loopback that knows nothing of HTTP: once a request has come it writes the bytes it
 * was given, as many and as slowly as it was told, and ends as badly as it was told. Everything
 * happens in the main context of the test.
 */
typedef struct _FaultServer FaultServer;

typedef enum
{
  FAULT_CLOSE, /* the connection, in good order */
  FAULT_RESET, /* the connection, by RST */
  FAULT_STALL, /* nothing more, and the connection stays */
} FaultEnd;

/* What a request is answered with; its texts are copied. */
typedef struct
{
  const char *start;   /* (nullable): comes first */
  gsize length;        /* of @start; 0: all of it */
  const char *flood;   /* (nullable): then this, again and again */
  guint64 flood_bytes; /* this much of it */
  gsize slice;         /* bytes at a time; 0: as many as are taken */
  guint pause_ms;      /* between slices; with @slice only */
  FaultEnd end;
} FaultPlan;

FaultServer *fault_server_new            (void);
void         fault_server_free           (FaultServer     *self);
guint16      fault_server_get_port       (FaultServer     *self);
void         fault_server_set_plan       (FaultServer     *self,
                                          const FaultPlan *plan);
guint        fault_server_get_n_requests (FaultServer     *self);
guint64      fault_server_get_n_written  (FaultServer     *self); /* for the last request */
gboolean     fault_server_is_idle        (FaultServer     *self); /* nobody is connected */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultServer, fault_server_free)

G_END_DECLS
