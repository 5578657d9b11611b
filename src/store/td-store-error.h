/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TD_STORE_ERROR (td_store_error_quark ())
GQuark td_store_error_quark (void);

/**
 * TdStoreError:
 * @TD_STORE_ERROR_FAILED: anything else; a fault of ours
 * @TD_STORE_ERROR_CORRUPT: the file is damaged or is no database; it was not touched
 * @TD_STORE_ERROR_NEWER: written by a newer Top Dog; it was not touched
 * @TD_STORE_ERROR_READ_ONLY: the file or its folder cannot be written
 * @TD_STORE_ERROR_FULL: the disk is full; nothing was written
 * @TD_STORE_ERROR_BUSY: another program holds the database for too long; try again
 * @TD_STORE_ERROR_CONSTRAINT: a rule of the schema refused the change
 * @TD_STORE_ERROR_NOT_FOUND: no such row
 */
typedef enum
{
  TD_STORE_ERROR_FAILED,
  TD_STORE_ERROR_CORRUPT,
  TD_STORE_ERROR_NEWER,
  TD_STORE_ERROR_READ_ONLY,
  TD_STORE_ERROR_FULL,
  TD_STORE_ERROR_BUSY,
  TD_STORE_ERROR_CONSTRAINT,
  TD_STORE_ERROR_NOT_FOUND,
} TdStoreError;

G_END_DECLS
