/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-exp.h"

#include <math.h>

#define LN2 0.69314718055994530942

double
td_exp (double x)
{
  double sum = 1.0;
  double term = 1.0;
  double rest;
  int power;

  x = CLAMP (x, -700.0, 700.0);
  power = (int) (x / LN2 + (x < 0 ? -0.5 : 0.5));
  rest = x - power * LN2;
  for (int i = 1; i <= 14; i++)
    {
      term *= rest / i;
      sum += term;
    }
  return ldexp (sum, power);
}

/* @x must be above 0. */
double
td_log (double x)
{
  int power;
  double fraction = frexp (x, &power);
  double ratio;
  double square;
  double term;
  double sum = 0.0;

  if (fraction < 0.70710678118654752440)
    {
      fraction *= 2.0;
      power--;
    }
  ratio = (fraction - 1.0) / (fraction + 1.0);
  square = ratio * ratio;
  term = ratio;
  for (int i = 1; i <= 25; i += 2)
    {
      sum += term / i;
      term *= square;
    }
  return 2.0 * sum + power * LN2;
}
