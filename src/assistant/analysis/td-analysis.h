/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-category.h"
#include "assistant/analysis/td-request-terms.h"

G_BEGIN_DECLS

#define TD_ANALYSIS_MAX_EVIDENCE 5
/* Below this the second category is offered as well. */
#define TD_ANALYSIS_UNSURE 450 /* thousandths */

/**
 * TD_ANALYZER_ERROR:
 */
#define TD_ANALYZER_ERROR (td_analyzer_error_quark ())
GQuark td_analyzer_error_quark (void);

/**
 * TdAnalyzerError:
 * @TD_ANALYZER_ERROR_DATA: the weights are not installed or not of this version
 */
typedef enum
{
  TD_ANALYZER_ERROR_DATA,
} TdAnalyzerError;

typedef struct
{
  TdCategory category;
  int per_mille; /* how likely, in thousandths; the nine add up to about 1000 */
} TdRankedCategory;

/* Something that moved the decision: by how much, in thousandths of a logit. */
typedef struct
{
  char *name;
  int weight;
} TdEvidence;

/**
 * TdAnalysis:
 *
 * What was understood of a request. Whole numbers throughout: the same text gives the same bytes.
 */
typedef struct
{
  TdCategory category;
  int confidence;                        /* thousandths */
  TdRankedCategory ranked[TD_N_CATEGORIES]; /* best first */
  GPtrArray *evidence;                   /* (element-type TdEvidence): the strongest first */
  int complexity;                        /* 1 to 3 */
  int complexity_score;                  /* thousandths; above 0 is harder than usual */
  GPtrArray *complexity_evidence;        /* (element-type TdEvidence) */
  TdRequestTerms *terms;                 /* (owned) */
  gint64 input_tokens;                   /* an estimate, of the text and what it speaks of */
  gint64 output_tokens_low;              /* what a reply of this kind usually takes */
  gint64 output_tokens;
  gint64 output_tokens_high;
} TdAnalysis;

/**
 * TdAnalyzer:
 *
 * Understands requests. Works offline, in well under a millisecond, and says why. There is one for the
 * life of the process; it is unchanging and usable from every thread.
 */
typedef struct _TdAnalyzer TdAnalyzer;

TdAnalyzer       *td_analyzer_get_default (GError           **error);
TdAnalysis       *td_analyzer_run         (TdAnalyzer        *self,
                                           const char        *text,
                                           gssize             length);
void              td_analysis_free        (TdAnalysis        *self);
void              td_analysis_correct_category (TdAnalysis   *self,
                                                TdCategory    category);
void              td_analysis_correct_complexity (TdAnalysis *self,
                                                  int         complexity);
void              td_analysis_ignore_need      (TdAnalysis   *self,
                                                TdNeed        need);
void              td_analysis_ignore_stated    (TdAnalysis   *self,
                                                guint         position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdAnalysis, td_analysis_free)

G_END_DECLS
