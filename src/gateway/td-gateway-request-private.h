/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <microhttpd.h>

#include "gateway/td-fault.h"
#include "gateway/td-gateway-request.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  char *value;
} TdGatewayField;

/* What the front's threads do with it next. */
typedef enum
{
  TD_REQUEST_STAGE_HEAD,    /* the key has to be looked up before the body is taken */
  TD_REQUEST_STAGE_BODY,
  TD_REQUEST_STAGE_ANSWER,
} TdRequestStage;

/* A request as its own files know it. */
struct _TdGatewayRequest
{
  gatomicrefcount ref_count;

  /* Set by the front before it is handed over. */
  guint64 serial;
  char *method;
  char *path;
  GHashTable *query;           /* (owned) (element-type utf8 utf8): what followed the question mark */
  char *key;                   /* (owned) (nullable): wiped when freed */
  char *origin;                /* (owned) (nullable): of a web page that may use the gateway */
  gboolean speaks_anthropic;   /* at an address that two dialects have */
  gsize limit;                 /* bytes of the body */
  GByteArray *incoming;        /* (owned) */
  gboolean counted;            /* (front's thread): among those under way */
  gboolean discards;           /* (front's thread): the body is not wanted */
  gsize n_discarded;           /* (front's thread) */
  TdFault *fault;              /* (front's thread) (owned) (nullable): why it is refused at the end */
  TdRequestStage stage;        /* (front's thread) */
  gboolean submitted;          /* (front's thread): it was handed over to be answered */
  int fd;

  /* The main thread's own. */
  GBytes *body;                /* (owned) (nullable) */
  char *client;                /* (owned) (nullable) */
  char *id;                    /* (owned) */
  TdGatewayRequestFunc gone_func;
  TdGatewayRequestFunc drained_func;
  gpointer owner;

  /* Where they meet. */
  GMutex lock;
  struct MHD_Connection *connection; /* (mutex lock) (nullable): NULL once it is gone */
  gboolean suspended;          /* (mutex lock) */
  gboolean admitted;           /* (mutex lock): the body may be taken */
  gboolean answered;           /* (mutex lock): the head of the answer is there */
  gboolean streamed;           /* (mutex lock) */
  guint status;                /* (mutex lock) */
  GArray *headers;             /* (mutex lock) (owned) (element-type TdGatewayField) */
  GArray *trailers;            /* (mutex lock) (owned) (element-type TdGatewayField) */
  GByteArray *out;             /* (mutex lock) (owned): to be sent */
  gboolean ended;              /* (mutex lock): nothing more is going to be added */
  gboolean cut;                /* (mutex lock): and what was said is not all */
  gboolean wants_drained;      /* (mutex lock) */
  struct MHD_Response *response; /* (mutex lock) (nullable) (unowned): of a stream */
};

/* Above the first the provider is made to wait, below the second it goes on. */
#define TD_GATEWAY_MUCH   (256 * 1024)
#define TD_GATEWAY_LITTLE (64 * 1024)

TdGatewayRequest *td_gateway_request_new     (void);
void              td_gateway_request_suspend (TdGatewayRequest *self);
void              td_gateway_request_resume  (TdGatewayRequest *self);
void              td_gateway_request_admit   (TdGatewayRequest *self);
gsize             td_gateway_request_get_n_buffered (TdGatewayRequest *self);
gsize             td_gateway_request_take    (TdGatewayRequest *self,
                                              char             *buffer,
                                              gsize             size,
                                              gboolean         *drained);

G_END_DECLS
