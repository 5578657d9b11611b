/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "engine/engine-fixture.h"
#include "gateway/td-gateway.h"

G_BEGIN_DECLS

#define CLIENT "editor"

/* A gateway on loopback before an engine with a provider, and a client with a key. */
typedef struct
{
  EngineFixture base;
  TdGateway *gateway;
  SoupSession *session;
  char *key;
} GatewayFixture;

/* What a request was answered with. */
typedef struct
{
  SoupMessage *message;
  guint status;
  GBytes *body;
} Answer;

void    gateway_fixture_set_up    (GatewayFixture         *self,
                                   gconstpointer           unused);
void    gateway_fixture_start     (GatewayFixture         *self,
                                   const TdGatewayOptions *options);
void    gateway_fixture_stop      (GatewayFixture         *self);
void    gateway_fixture_tear_down (GatewayFixture         *self,
                                   gconstpointer           unused);
char   *gateway_fixture_add_client (GatewayFixture        *self,
                                    const char            *name);
void    gateway_fixture_revoke    (GatewayFixture         *self,
                                   const char             *name);
SoupMessage *gateway_fixture_message (GatewayFixture      *self,
                                      const char          *method,
                                      const char          *path,
                                      const char          *body);
Answer  gateway_fixture_send      (GatewayFixture         *self,
                                   SoupMessage            *message);
Answer  gateway_fixture_ask       (GatewayFixture         *self,
                                   const char             *method,
                                   const char             *path,
                                   const char             *body);
GIOStream *gateway_fixture_connect (GatewayFixture        *self,
                                    const char            *text,
                                    int                    receive_buffer);
const char *answer_get_text       (const Answer           *answer);
const char *answer_get_header     (const Answer           *answer,
                                   const char             *name);
void    answer_clear              (Answer                 *answer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

G_END_DECLS
