/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalogue/td-catalogue-fields.h"

#define MODEL(name, kind, member) { name, TD_FIELD_##kind, G_STRUCT_OFFSET (TdModelFacts, member) }
#define PRICE(name, member)       { name, TD_FIELD_COUNT, G_STRUCT_OFFSET (TdPriceList, member) }

const TdField td_model_fields[] = {
  MODEL ("name", TEXT, name),
  MODEL ("family", TEXT, family),
  MODEL ("base_model", TEXT, base_model),
  MODEL ("base_link", TEXT, base_link),
  MODEL ("derived_from", TEXT, derived_from),
  MODEL ("input", MODALITIES, input),
  MODEL ("output", MODALITIES, output),
  MODEL ("reasoning", FACT, reasoning),
  MODEL ("tool_call", FACT, tool_call),
  MODEL ("attachment", FACT, attachment),
  MODEL ("structured_output", FACT, structured_output),
  MODEL ("temperature", FACT, temperature),
  MODEL ("open_weights", FACT, open_weights),
  MODEL ("reasoning_toggle", FACT, reasoning_toggle),
  MODEL ("reasoning_efforts", LIST, reasoning_efforts),
  MODEL ("reasoning_field", TEXT, reasoning_field),
  MODEL ("knowledge", DATE, knowledge),
  MODEL ("released", DATE, released),
  MODEL ("updated", DATE, updated),
  MODEL ("context", COUNT, context),
  MODEL ("max_input", COUNT, max_input),
  MODEL ("max_output", COUNT, max_output),
  MODEL ("parameters", COUNT, parameters),
  MODEL ("parameter_label", TEXT, parameter_label),
  MODEL ("size_bytes", COUNT, size_bytes),
  MODEL ("license", TEXT, license),
  MODEL ("weights", URL, weights),
  MODEL ("note", NOTE, note),
  MODEL ("source", TEXT, source),
};
const guint td_model_n_fields = G_N_ELEMENTS (td_model_fields);

const TdField td_price_fields[] = {
  PRICE ("input", input),
  PRICE ("output", output),
  PRICE ("cache_read", cache_read),
  PRICE ("cache_write", cache_write),
  PRICE ("reasoning", reasoning),
  PRICE ("input_audio", input_audio),
  PRICE ("output_audio", output_audio),
};
const guint td_price_n_fields = G_N_ELEMENTS (td_price_fields);

const TdPrice *
td_price_field (const TdPriceList *prices,
                guint              field)
{
  gconstpointer slot = (const guint8 *) prices + td_price_fields[field].offset;

  return slot;
}
