// Flight: one request of an HttpClient on its way, shared by those who may end it.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "net/answer_reader.h"
#include "net/connection.h"
#include "net/http_client.h"

namespace chartbell {

class HttpTarget {
 public:
  Url url;
  std::string key;  // of its connections in the pool
  TlsIdentityPtr identity;
  std::string head;  // of a POST: request line, Host and the fields that stay
};

// On the loop's thread. `done` is taken when it ends, by whoever ends it: the exchange itself,
// its deadline, or the client's end.
struct Flight {
  HttpTargetPtr target;
  std::string request;  // head and body: one write in clear, one record in TLS
  AnswerReader::AnswerTo method = AnswerReader::AnswerTo::kOther;
  HttpClient::Done done;
  SteadyTime sent_at;
  SteadyTime deadline;
  SteadyTime connect_by = SteadyTime::max();  // of the address being tried, where others follow
  std::shared_ptr<Connection> connection;
  std::list<std::shared_ptr<Flight>>::iterator place;
  std::optional<AnswerReader> reader;
  // On a connection that was kept, which may turn out to be closed: then it is sent once more.
  bool on_kept = false;
  bool talks = false;  // its request is being written, or was
  // Of this connection's answer, in clear, and what TLS put around it.
  std::size_t bytes_answered = 0;
  std::size_t bytes_around = 0;

  bool ended() const { return done == nullptr; }
};
using FlightPtr = std::shared_ptr<Flight>;
using Failure = std::optional<OutcomeClass>;

}  // namespace chartbell
