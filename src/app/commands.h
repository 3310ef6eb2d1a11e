// The commands of the program, each told by its arguments; they return the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chartbell {

int serve(const std::string& config_path);

struct ListenArguments {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8041;
  std::string secret;
  std::optional<std::string> forward_url;
  int status = 200;
};
int listen(const ListenArguments& arguments);

struct VerifyArguments {
  std::string secret;
  std::string request_file;  // an HTTP request as it stood on the wire; "-": standard input
};
int verify_request(const VerifyArguments& arguments);

struct KeyArguments {
  std::string config_path;
  std::string name;
  std::vector<std::string> institutions;
  std::vector<std::string> scopes{};  // all where none is named
  std::string expires_at{};           // never where it is empty
};
int create_key(const KeyArguments& arguments);
int list_keys(const KeyArguments& arguments);
int revoke_key(const KeyArguments& arguments);

struct UserArguments {
  std::string config_path;
  std::string name;
  std::string display_name{};  // the name where it is empty
  std::string role = "viewer";
};
// Draws a password and shows it once.
int add_user(const UserArguments& arguments);
int list_users(const UserArguments& arguments);
int disable_user(const UserArguments& arguments);
int enable_user(const UserArguments& arguments);
// Another password, drawn and shown once; no second factor.
int reset_user(const UserArguments& arguments);

struct DemoArguments {
  std::uint64_t seed = 1;
  std::optional<std::int64_t> events;  // ends by itself after so many
  double speed = 1.0;                  // of the practice's day
};
int demo(const DemoArguments& arguments);

// Examines configuration, store, record systems and endpoints, and says how to mend what is found.
// 0 all is well, 1 warnings, 2 faults.
struct DoctorArguments {
  std::string config_path;
  bool json = false;
};
int doctor(const DoctorArguments& arguments);

// Reads a record system through a mapping and shows what comes of it, every value masked. Exit
// codes as the doctor's.
struct MappingCheckArguments {
  std::string file;
  std::string source_url;
  std::string timezone = "UTC";
  std::size_t samples = 1;  // resources shown of each kind
  std::size_t rows = 2000;  // read of each kind
};
int check_mapping(const MappingCheckArguments& arguments);

}  // namespace chartbell
