/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drawn rather than made of widgets: ninety bars would be ninety nodes to lay out. What it shows
 * is said in words too, in its label, in the line about the chosen day, and in the table of days.
 */
#include "config.h"

#include "app/usage/td-usage-chart.h"

#include <adwaita.h>
#include <math.h>

#include "app/usage/td-usage-text.h"

#define N_PARTS    4   /* of the scale */
#define GAP        6   /* between the scale's figures and the bars */
#define MAX_BAR    36
#define RADIUS     3
#define MIN_HEIGHT 200
#define FAINT      .15f
#define DIM        .65f

struct _TdUsageChart
{
  GtkWidget parent_instance;

  GPtrArray *days;    /* (owned) (nullable) (element-type TdUsageLine) */
  gboolean of_tokens;
  gint64 top;         /* where the scale ends */
  int chosen;         /* -1: none */
  double pointer_x;   /* where the pointer was last; -1: not there */
};

enum
{
  PROP_CHOSEN = 1,
  N_PROPS,
};

/* Where things are, in the widget's coordinates. */
typedef struct
{
  float left; /* of the bars' area */
  float width;
  float bottom;
  float height;
} Area;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TdUsageChart, td_usage_chart, GTK_TYPE_WIDGET)

static guint
get_n_days (TdUsageChart *self)
{
  return self->days ? self->days->len : 0;
}

static const TdUsageLine *
get_day (TdUsageChart *self,
         guint         index)
{
  return g_ptr_array_index (self->days, index);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static char *
dup_scale_text (TdUsageChart *self,
                guint         part)
{
  gint64 value = self->top / N_PARTS * part;

  return self->of_tokens ? td_usage_text_count (value) : td_money_format (value);
}

static PangoLayout *
create_layout (TdUsageChart *self,
               const char   *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

static Area
get_area (TdUsageChart *self)
{
  Area area = { 0 };
  int width, height, widest = 0;

  for (guint i = 0; i <= N_PARTS; i++)
    {
      g_autofree char *text = dup_scale_text (self, i);
      g_autoptr (PangoLayout) layout = create_layout (self, text);

      pango_layout_get_pixel_size (layout, &width, &height);
      widest = MAX (widest, width);
    }
  area.left = (float) widest + GAP;
  area.width = MAX ((float) gtk_widget_get_width (GTK_WIDGET (self)) - area.left, 1);
  area.bottom = (float) gtk_widget_get_height (GTK_WIDGET (self)) - (float) height - GAP;
  area.height = MAX (area.bottom - (float) height / 2, 1);
  return area;
}

static gboolean
is_right_to_left (TdUsageChart *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

/* Days run in the direction of reading. */
static float
get_x (TdUsageChart *self,
       const Area   *area,
       float         day)
{
  float x = area->width * day / (float) get_n_days (self);

  return is_right_to_left (self) ? area->width - x : area->left + x;
}

static void
draw_text (TdUsageChart  *self,
           GtkSnapshot   *snapshot,
           const char    *text,
           float          x,
           float          y,
           float          x_align,
           const GdkRGBA *colour)
{
  g_autoptr (PangoLayout) layout = create_layout (self, text);
  graphene_point_t point;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  x = CLAMP (x - (float) width * x_align, 0,
             (float) (gtk_widget_get_width (GTK_WIDGET (self)) - width));
  point = GRAPHENE_POINT_INIT (x, y - (float) height / 2);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &point);
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void
draw_scale (TdUsageChart *self,
            GtkSnapshot  *snapshot,
            const Area   *area,
            GdkRGBA       colour)
{
  GdkRGBA faint = colour;

  faint.alpha *= FAINT;
  colour.alpha *= DIM;
  for (guint i = 0; i <= N_PARTS; i++)
    {
      g_autofree char *text = dup_scale_text (self, i);
      float y = area->bottom - area->height * (float) i / N_PARTS;
      float left = is_right_to_left (self) ? 0 : area->left;

      gtk_snapshot_append_color (snapshot, &faint,
                                 &GRAPHENE_RECT_INIT (left, roundf (y), area->width, 1));
      if (is_right_to_left (self))
        draw_text (self, snapshot, text, area->width + GAP, y, 0, &colour);
      else
        draw_text (self, snapshot, text, area->left - GAP, y, 1, &colour);
    }
}

static void
draw_rounded (GtkSnapshot           *snapshot,
              const graphene_rect_t *rectangle,
              float                  radius,
              const GdkRGBA         *colour)
{
  GskRoundedRect rounded;
  graphene_size_t corner = GRAPHENE_SIZE_INIT (radius, radius), none = GRAPHENE_SIZE_INIT (0, 0);

  gsk_rounded_rect_init (&rounded, rectangle, &corner, &corner, &none, &none);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, colour, rectangle);
  gtk_snapshot_pop (snapshot);
}

/* Of tokens, what came back stands on what was sent. */
static void
draw_bar (TdUsageChart *self,
          GtkSnapshot  *snapshot,
          const Area   *area,
          guint         index,
          GdkRGBA       colour)
{
  const TdUsageLine *day = get_day (self, index);
  float slot = area->width / (float) get_n_days (self);
  float width = CLAMP (slot * .7f, 1, MAX_BAR);
  float x = get_x (self, area, (float) index + .5f) - width / 2;
  gint64 value = td_usage_text_get_value (day, self->of_tokens);
  float height = (float) ((double) value / (double) self->top) * area->height;
  float lower = (float) ((double) day->input / (double) self->top) * area->height;

  if (value <= 0)
    return;
  height = MAX (height, 2); /* little is not nothing */
  if (self->of_tokens)
    {
      GdkRGBA light = colour;

      light.alpha *= .45f;
      gtk_snapshot_append_color (snapshot, &light,
                                 &GRAPHENE_RECT_INIT (x, area->bottom - lower, width, lower));
      height -= lower;
      if (height <= 0)
        return;
      draw_rounded (snapshot, &GRAPHENE_RECT_INIT (x, area->bottom - lower - height, width, height),
                    MIN (RADIUS, MIN (height, width / 2)), &colour);
      return;
    }
  draw_rounded (snapshot, &GRAPHENE_RECT_INIT (x, area->bottom - height, width, height),
                MIN (RADIUS, MIN (height, width / 2)), &colour);
}

static void
draw_chosen (TdUsageChart *self,
             GtkSnapshot  *snapshot,
             const Area   *area,
             GdkRGBA       colour)
{
  float slot = area->width / (float) get_n_days (self);
  float x = get_x (self, area, (float) self->chosen + .5f) - slot / 2;

  if (self->chosen < 0)
    return;
  colour.alpha *= FAINT / 2;
  gtk_snapshot_append_color (snapshot, &colour,
                             &GRAPHENE_RECT_INIT (x, area->bottom - area->height, slot,
                                                  area->height));
}

static void
draw_days (TdUsageChart *self,
           GtkSnapshot  *snapshot,
           const Area   *area,
           GdkRGBA       colour)
{
  guint n = get_n_days (self);
  const guint shown[] = { 0, n / 2, n - 1 };
  float y = (float) gtk_widget_get_height (GTK_WIDGET (self)) - (area->bottom - area->height);

  colour.alpha *= DIM;
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      g_autofree char *text = td_usage_text_day (get_day (self, shown[i]));

      if (i > 0 && shown[i] == shown[i - 1])
        continue;
      draw_text (self, snapshot, text, get_x (self, area, (float) shown[i] + .5f), y, .5f, &colour);
    }
}

static void
get_accent (GdkRGBA *accent)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  adw_accent_color_to_standalone_rgba (adw_style_manager_get_accent_color (manager),
                                       adw_style_manager_get_dark (manager), accent);
}

static void
td_usage_chart_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  TdUsageChart *self = TD_USAGE_CHART (widget);
  Area area;
  GdkRGBA colour, accent;

  if (get_n_days (self) == 0)
    return;
  area = get_area (self);
  gtk_widget_get_color (widget, &colour);
  get_accent (&accent);
  draw_scale (self, snapshot, &area, colour);
  draw_chosen (self, snapshot, &area, colour);
  for (guint i = 0; i < get_n_days (self); i++)
    draw_bar (self, snapshot, &area, i, accent);
  draw_days (self, snapshot, &area, colour);
}

static void
td_usage_chart_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 120 : MIN_HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 480 : MIN_HEIGHT;
}

/* ---- choosing a day -------------------------------------------------------------------------- */

static void
choose (TdUsageChart *self,
        int           day)
{
  if (day == self->chosen)
    return;
  self->chosen = day;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN]);
}

/* Says it too: there is no widget under the keys that would. */
static void
choose_by_key (TdUsageChart *self,
               int           day)
{
  g_autofree char *text = NULL;

  if (get_n_days (self) == 0)
    return;
  choose (self, CLAMP (day, 0, (int) get_n_days (self) - 1));
  text = td_usage_text_about_day (get_day (self, (guint) self->chosen));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static gboolean
key_pressed_cb (TdUsageChart    *self,
                guint            key,
                guint            code,
                GdkModifierType  state)
{
  int last = (int) get_n_days (self) - 1;
  int forward = is_right_to_left (self) ? -1 : 1;
  int from = self->chosen < 0 ? last : self->chosen;

  if ((state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      choose_by_key (self, self->chosen < 0 ? last : from - forward);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      choose_by_key (self, self->chosen < 0 ? last : from + forward);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
      choose_by_key (self, 0);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
      choose_by_key (self, last);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
motion_cb (TdUsageChart *self,
           double        x,
           double        y)
{
  Area area;
  float part;

  /* A pointer that rests is told of again whenever something is laid out: by then it may be the keys that choose. */
  if (get_n_days (self) == 0 || x == self->pointer_x)
    return;
  self->pointer_x = x;
  area = get_area (self);
  part =
    is_right_to_left (self) ? 1 - (float) x / area.width : ((float) x - area.left) / area.width;
  if (part >= 0 && part < 1)
    choose (self, (int) (part * (float) get_n_days (self)));
}

static void
leave_cb (TdUsageChart *self)
{
  self->pointer_x = -1;
  if (!gtk_widget_has_focus (GTK_WIDGET (self)))
    choose (self, -1);
}

static void
pressed_cb (TdUsageChart *self,
            int           n_press,
            double        x,
            double        y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->pointer_x = -1;
  motion_cb (self, x, y); /* a finger does not move before */
}

/* ---- the object ------------------------------------------------------------------------------ */

static void
td_usage_chart_get_property (GObject    *object,
                             guint       property_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_CHOSEN:
      g_value_set_int (value, TD_USAGE_CHART (object)->chosen);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
td_usage_chart_finalize (GObject *object)
{
  g_clear_pointer (&TD_USAGE_CHART (object)->days, g_ptr_array_unref);

  G_OBJECT_CLASS (td_usage_chart_parent_class)->finalize (object);
}

static void
td_usage_chart_class_init (TdUsageChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = td_usage_chart_get_property;
  object_class->finalize = td_usage_chart_finalize;
  widget_class->snapshot = td_usage_chart_snapshot;
  widget_class->measure = td_usage_chart_measure;

  properties[PROP_CHOSEN] =
    g_param_spec_int ("chosen", NULL, NULL, -1, G_MAXINT, -1,
                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "usagechart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
td_usage_chart_init (TdUsageChart *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  static const char *const looks[] = { "notify::accent-color", "notify::dark",
                                       "notify::high-contrast" };

  self->chosen = -1;
  self->pointer_x = -1;
  self->top = N_PARTS;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    g_signal_connect_object (manager, looks[i], G_CALLBACK (gtk_widget_queue_draw), self,
                             G_CONNECT_SWAPPED);
}

/**
 * td_usage_chart_show:
 * @self: the chart
 * @days: (element-type TdUsageLine): one for each day, in order
 * @of_tokens: whether tokens are shown, else spending
 *
 * Shows these days in place of those before.
 */
void
td_usage_chart_show (TdUsageChart *self,
                     GPtrArray    *days,
                     gboolean      of_tokens)
{
  g_autofree char *summary = NULL;
  gint64 highest = 0;

  g_return_if_fail (TD_IS_USAGE_CHART (self));
  g_return_if_fail (days != NULL);

  g_ptr_array_ref (days);
  g_clear_pointer (&self->days, g_ptr_array_unref);
  self->days = days;
  self->of_tokens = of_tokens;
  for (guint i = 0; i < days->len; i++)
    highest = MAX (highest, td_usage_text_get_value (get_day (self, i), of_tokens));
  self->top = td_usage_text_get_top (highest);
  summary = td_usage_text_chart (days, of_tokens);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, summary,
                                  -1);
  self->chosen = -1;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * td_usage_chart_get_chosen:
 * @self: the chart
 *
 * Returns: which day is pointed at; -1 for none
 */
int
td_usage_chart_get_chosen (TdUsageChart *self)
{
  g_return_val_if_fail (TD_IS_USAGE_CHART (self), -1);

  return self->chosen;
}
