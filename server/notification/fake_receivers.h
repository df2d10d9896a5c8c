// Receivers for tests, on loopback ports of the system's choice: a web server and a mail relay,
// each as small as can be.
#ifndef MUSTER_SERVER_NOTIFICATION_FAKE_RECEIVERS_H_
#define MUSTER_SERVER_NOTIFICATION_FAKE_RECEIVERS_H_

#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace muster::notification {

// Accepts on 127.0.0.1, one thread a connection. Thread-safe; the destructor of what derives from
// it calls Stop.
class LoopbackServer {
 public:
  LoopbackServer();
  virtual ~LoopbackServer();

  int port() const { return port_; }

 protected:
  // Speaks with one client until it returns; Stop makes every read end.
  virtual void Serve(int socket) = 0;
  // When everything of the derived class is there.
  void Begin();
  // Ends all connections and joins all threads.
  void Stop();
  // Reads until the client or Stop ends the connection: what a server does that hangs.
  static void Hang(int socket);
  // One line without its end; nothing more to read: empty and false.
  static bool ReadLine(int socket, std::string& line);
  static bool Read(int socket, size_t size, std::string& bytes);
  static void Write(int socket, const std::string& bytes);

 private:
  void Accept();

  int listener_ = -1;
  int port_ = 0;
  std::thread acceptor_;
  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<int> sockets_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
};

struct HttpRequest {
  std::string line;                            // "POST /hook HTTP/1.1"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class FakeWebServer : public LoopbackServer {
 public:
  // The whole answer to request `number` (from 0); empty: never one.
  using Answer = std::function<std::string(int number)>;
  explicit FakeWebServer(Answer answer) : answer_(std::move(answer)) { Begin(); }
  ~FakeWebServer() override { Stop(); }

  std::string Url(const std::string& path = "/hook") const;
  // Waits until there are so many; all there are when that takes too long.
  std::vector<HttpRequest> WaitForRequests(size_t count);

  // "HTTP/1.1 200 OK" with a body and more header lines.
  static std::string Status(const std::string& status, const std::string& body = "",
                            const std::string& more_headers = "");

 private:
  void Serve(int socket) override;

  const Answer answer_;
  absl::Mutex mutex_;
  std::vector<HttpRequest> requests_ ABSL_GUARDED_BY(mutex_);
};

struct ReceivedMail {
  std::string from;  // as the MAIL command has it
  std::string to;
  std::string message;
};

class FakeMailRelay : public LoopbackServer {
 public:
  struct Options {
    std::string greeting = "220 relay.example";  // empty: hangs instead
    std::string to_rcpt = "250 fine";
    bool answers_quit = true;
  };
  FakeMailRelay() : FakeMailRelay(Options{}) {}
  explicit FakeMailRelay(Options options) : options_(std::move(options)) { Begin(); }
  ~FakeMailRelay() override { Stop(); }

  std::string Url() const;
  std::vector<ReceivedMail> WaitForMails(size_t count);
  // Waits until a client said this command (its first word).
  bool WaitForCommand(const std::string& command);

 private:
  void Serve(int socket) override;
  // What is said to a command; takes the message for DATA.
  std::string Reply(int socket, const std::string& line, ReceivedMail& mail);

  const Options options_;
  absl::Mutex mutex_;
  std::vector<ReceivedMail> mails_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> commands_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_FAKE_RECEIVERS_H_
