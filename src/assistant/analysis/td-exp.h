/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A product and a sum in one instruction round once instead of twice: not on every processor. */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off")
#endif

G_BEGIN_DECLS

/*
 * The exponential and the logarithm from the four basic operations, which are exactly defined: a
 * library's own may differ in the last bit from one processor to the next, and then neither trained
 * weights nor answers would be the same everywhere.
 */
double td_exp (double x);
double td_log (double x);

G_END_DECLS
