#include "app/remote_cli.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "app/remote_commands.h"

namespace chartbell {
namespace {

void add_remote(CLI::App& command, RemoteArguments& remote) {
  command.add_option("--url", remote.url, "The server")->envname("CHARTBELL_URL");
  command.add_option("--key", remote.key, "An API key")->envname("CHARTBELL_KEY")->required();
  command.add_flag("--json", remote.json, "Print the server's JSON");
}

// A command under `parent`; its arguments live as long as the parser.
template <class Arguments, class Run>
std::pair<CLI::App*, std::shared_ptr<Arguments>> add(CLI::App& parent, const char* name,
                                                     const char* what, int& code, Run run) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand(name, what);
  add_remote(*command, arguments->remote);
  command->callback([arguments, &code, run] { code = run(*arguments); });
  return {command, arguments};
}

void add_events(CLI::App& app, int& code) {
  auto* events = app.add_subcommand("events", "The log of a running server: tail, show, replay");
  events->require_subcommand(1);
  auto [tail, tailed] =
      add<EventArguments>(*events, "tail", "Print events as they come", code, tail_events);
  tail->add_option("--subdomain", tailed->subdomain, "The institution")->required();
  tail->add_option("--from", tailed->from, "\"earliest\", or the sequence to begin behind");
  tail->add_option("--count", tailed->count, "End after so many")->check(CLI::PositiveNumber);
  auto [show, shown] =
      add<EventArguments>(*events, "show", "One event and its deliveries", code, show_event);
  show->add_option("event", shown->event_id, "Its id, evt_…")->required();
  auto [replay, replayed] = add<EventArguments>(
      *events, "replay", "Send a part of the log to an endpoint once more", code, replay_events);
  replay->add_option("endpoint", replayed->endpoint, "The endpoint's number")->required();
  replay->add_option("--subdomain", replayed->subdomain, "The institution")->required();
  replay->add_option("--after", replayed->after, "The sequence to begin behind; else the first");
  replay->add_option("--to", replayed->to, "The last sequence; else the newest");
  replay->add_flag("--undelivered-only", replayed->undelivered_only,
                   "Leave out what was delivered");
}

void add_endpoints(CLI::App& app, int& code) {
  auto* endpoints = app.add_subcommand("endpoints", "Endpoints of a running server");
  endpoints->require_subcommand(1);
  add<EndpointArguments>(*endpoints, "list", "Show all", code, list_endpoints);
  auto [create, created] =
      add<EndpointArguments>(*endpoints, "create", "Make one", code, create_endpoint);
  create->add_option("--target-url", created->target_url, "Where deliveries go")->required();
  auto [test, tested] =
      add<EndpointArguments>(*endpoints, "test", "Send a sample event now", code, test_endpoint);
  test->add_option("id", tested->id, "The endpoint's number")->required();
  test->add_option("--resource-type", tested->resource_type, "Of the sample")->required();
  test->add_option("--event", tested->event, "The sample")->required();
  for (const bool on : {true, false}) {
    auto [turn, turned] = add<EndpointArguments>(
        *endpoints, on ? "enable" : "disable", on ? "Turn one on again" : "Turn one off", code,
        [on](const EndpointArguments& arguments) { return turn_endpoint(arguments, on); });
    turn->add_option("id", turned->id, "The endpoint's number")->required();
  }
}

void add_deliveries(CLI::App& app, int& code) {
  auto* deliveries = app.add_subcommand("deliveries", "Attempts to deliver, of a running server");
  deliveries->require_subcommand(1);
  auto [list, listed] =
      add<DeliveryArguments>(*deliveries, "list", "The newest first", code, list_deliveries);
  list->add_option("endpoint", listed->endpoint, "The endpoint's number")->required();
  list->add_option("--status", listed->status, "delivered, failed, retrying or dead");
  list->add_option("--limit", listed->limit, "At most so many")->check(CLI::Range(1, 500));
  auto [retry, retried] =
      add<DeliveryArguments>(*deliveries, "retry", "Make one due now", code, retry_delivery);
  retry->add_option("endpoint", retried->endpoint, "The endpoint's number")->required();
  retry->add_option("event", retried->event_id, "The event's id, evt_…")->required();
}

}  // namespace

void add_remote_commands(CLI::App& app, int& code) {
  add_events(app, code);
  add_endpoints(app, code);
  add_deliveries(app, code);
}

}  // namespace chartbell
