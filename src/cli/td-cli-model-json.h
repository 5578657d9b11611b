/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/td-cli.h"

G_BEGIN_DECLS

/* A model as JSON: what a list shows, or every fact there is. */
void  td_cli_model_write_summary   (TdJsonWriter       *writer,
                                    TdModel            *model);
void  td_cli_model_write_details   (TdJsonWriter       *writer,
                                    TdEngine           *engine,
                                    TdCatalogue        *catalogue,
                                    TdModel            *model);
GPtrArray *td_cli_model_list_evidence (TdCatalogue *catalogue,
                                       TdModel     *model); /* (element-type TdMeasurement) */
char *td_cli_model_dup_capabilities (const TdModelFacts *facts);
char *td_cli_model_dup_modalities  (TdModality          modalities);
char *td_cli_model_dup_rating      (TdModel            *model);
const char *td_cli_model_get_fact  (TdFact              fact);

G_END_DECLS
