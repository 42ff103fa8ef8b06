#include "cli/log.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>

#include "cli/session_text.h"
#include "kafka/log.h"

namespace loopbreaker::cli {
namespace {

/// {"time":…,"level":…,"message":…}, one per line, escaped.
class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    using namespace std::chrono;
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> w(buffer);
    const auto ms = duration_cast<milliseconds>(message.time.time_since_epoch()).count();
    w.StartObject();
    w.Key("time");
    w.String(time_text({ms}).c_str());
    w.Key("level");
    const auto level = spdlog::level::to_string_view(message.level);
    w.String(level.data(), static_cast<rapidjson::SizeType>(level.size()));
    w.Key("message");
    w.String(message.payload.data(), static_cast<rapidjson::SizeType>(message.payload.size()));
    w.EndObject();
    out.append(buffer.GetString(), buffer.GetString() + buffer.GetSize());
    out.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }
};

}  // namespace

void set_up_log(const Config& config) {
  auto logger = spdlog::get("loopbreaker");
  if (!logger) logger = spdlog::stderr_color_mt("loopbreaker");
  spdlog::set_default_logger(logger);
  if (config.log.format == LogFormat::json) {
    spdlog::set_formatter(std::make_unique<JsonFormatter>());
  } else {
    spdlog::set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  }
  spdlog::set_level(
      spdlog::level::from_str(config.log.level == "warning" ? "warn" : config.log.level));
  // For those who look closely: what of it matters is part of our own messages. The sink keeps the
  // logger, which must outlive every client.
  kafka::set_log_sink([logger](std::string_view line) { logger->debug("{}", line); });
}

}  // namespace loopbreaker::cli
