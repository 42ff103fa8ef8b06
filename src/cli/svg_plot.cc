#include "cli/svg_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace loopbreaker::cli {
namespace {

constexpr double kWidth = 640, kHeight = 320, kLeft = 70, kRight = 30, kTop = 40, kBottom = 55;

std::string short_number(double v) {
  if (v >= 1e6) return fmt::format("{:g} M", v / 1e6);
  if (v >= 1e4) return fmt::format("{:g} k", v / 1e3);
  return fmt::format("{:.3g}", v);
}

/// A round step that parts [0, top] into some five.
double step_for(double top) {
  const double rough = top / 5, power = std::pow(10, std::floor(std::log10(rough)));
  for (const double nice : {1.0, 2.0, 5.0})
    if (nice * power >= rough) return nice * power;
  return 10 * power;
}

}  // namespace

std::string svg(const Plot& plot) {
  std::vector<std::pair<double, double>> points = plot.points;
  std::sort(points.begin(), points.end());
  double top = 0;
  for (const auto& [x, y] : points) top = std::max(top, y);
  top = top > 0 ? top * 1.1 : 1;
  const double first = std::log(points.front().first), last = std::log(points.back().first);
  const auto at_x = [&](double x) {
    const double share = last > first ? (std::log(x) - first) / (last - first) : 0.5;
    return kLeft + share * (kWidth - kLeft - kRight);
  };
  const auto at_y = [&](double y) {
    return kHeight - kBottom - y / top * (kHeight - kTop - kBottom);
  };

  std::string out = fmt::format(
      R"svg(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" font-family="sans-serif" font-size="12">
<rect width="{0}" height="{1}" fill="white"/>
<text x="{2}" y="22" font-size="15">{3}</text>
<text x="{4}" y="{5}" text-anchor="middle">{6}</text>
<text transform="translate(16 {7}) rotate(-90)" text-anchor="middle">{8}</text>
)svg",
      kWidth, kHeight, kLeft, plot.title, (kLeft + kWidth - kRight) / 2, kHeight - 12, plot.x_label,
      (kTop + kHeight - kBottom) / 2, plot.y_label);
  for (double y = 0, step = step_for(top); y <= top; y += step) {
    out += fmt::format(
        R"svg(<line x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}" stroke="#ddd"/><text x="{3}" y="{4:.1f}" text-anchor="end">{5}</text>
)svg",
        kLeft, kWidth - kRight, at_y(y), kLeft - 8, at_y(y) + 4, short_number(y));
  }
  std::string curve;
  for (const auto& [x, y] : points) {
    curve += fmt::format("{:.1f},{:.1f} ", at_x(x), at_y(y));
    out += fmt::format(
        R"svg(<circle cx="{0:.1f}" cy="{1:.1f}" r="4" fill="#1f6feb"/><text x="{0:.1f}" y="{2:.1f}" text-anchor="middle">{3}</text><text x="{0:.1f}" y="{4:.1f}" text-anchor="middle">{5}</text>
)svg",
        at_x(x), at_y(y), at_y(y) - 9, short_number(y), kHeight - kBottom + 18, short_number(x));
  }
  out += fmt::format(R"svg(<polyline points="{}" fill="none" stroke="#1f6feb" stroke-width="2"/>
</svg>
)svg",
                     curve);
  return out;
}

}  // namespace loopbreaker::cli
