#include "button/config/arguments.hpp"

#include "button/config/suggestion.hpp"
#include "button/version.hpp"
#include "common/error.hpp"
#include "common/masked_uri.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <map>

namespace buttond {
namespace {

constexpr const char* on_command_line = "the command line";

/// The options of the flags, by name: CLI11 collects their texts, and knows nothing of their values.
using options = std::map<std::string, CLI::Option*>;

options add_flags(CLI::App& app, const std::vector<flag>& flags) {
  options added;
  for (const flag& each : flags) {
    if (each.kind == value_kind::on_off) {
      added[each.name] = app.add_flag(each.option(), each.help);
      continue;
    }
    added[each.name] = app.add_option(each.option(), CLI::callback_t(), each.help)
                           ->type_name(each.type)
                           ->default_str(each.show())
                           ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                           ->allow_extra_args(false);
  }
  return added;
}

void add_import(CLI::App& app, command_line& into) {
  // Not called `import`: the formatter takes that for the beginning of a module's name.
  auto* importing =
      app.add_subcommand("import", "add or set counts from JSON Lines or CSV; also while the server runs")
          ->fallthrough();
  importing->add_option("FILE", into.import.file, "the file, or - for standard input")->required();
  auto* set = importing->add_flag("--set", into.import.set, "set the counts to these numbers");
  importing
      ->add_flag_callback(
          "--add", [] {}, "add these numbers to the counts (the default)")
      ->excludes(set);
  importing->add_flag("--dry-run", into.import.dry_run, "check the file and report, without writing");
  importing->add_option("--format", into.import.format, "jsonl or csv (default: seen from the file)")
      ->check([](const std::string& format) {
        const bool known = format == "jsonl" || format == "csv";
        return known ? std::string() : fmt::format("there is no '{}'; take jsonl or csv", format);
      });
  importing->add_option("--name", into.import.name,
                        "names this import: another name counts the same file again");
  importing->final_callback([&into] { into.verb = command::import; });
}

void add_move(CLI::App& app, command_line& into) {
  auto* moving =
      app.add_subcommand("move",
                         "a link goes on under a new address, with its counts; also while the server runs")
          ->fallthrough();
  auto* from = moving->add_option("FROM", into.move.from, "the link's old address");
  auto* to = moving->add_option("TO", into.move.to, "its new one");
  moving
      ->add_option("--file", into.move.file, "CSV with a header from,to, a link a line; - for standard input")
      ->type_name("FILE")
      ->excludes(from)
      ->excludes(to);
  moving->add_flag("--dry-run", into.move.dry_run, "say what would be moved, and change nothing");
  moving->final_callback([&into] {
    if (into.move.file.empty() && into.move.to.empty())
      throw CLI::ValidationError("move", "name FROM and TO, or a --file of them");
    into.verb = command::move;
  });
}

void add_forget(CLI::App& app, command_line& into) {
  auto* forgetting =
      app.add_subcommand(
             "forget",
             "take away what the store has of a site: links, days, shares; also while the server runs")
          ->fallthrough();
  forgetting->add_option("SITE", into.forget.site, "its host, as in example.com")->required();
  forgetting->final_callback([&into] { into.verb = command::forget; });
}

void add_commands(CLI::App& app, command_line& into) {
  app.require_subcommand(0, 1);
  app.add_subcommand("serve", "answer buttons and count them (the default)")->fallthrough();

  auto* check =
      app.add_subcommand("check",
                         "say what each setting is and whether the server would start; changes nothing")
          ->fallthrough();
  check->final_callback([&into] { into.verb = command::check; });

  auto* explain = app.add_subcommand("explain", "show how a URL becomes a key")->fallthrough();
  explain->add_option("URL", into.explain_url, "the URL")->required();
  explain->final_callback([&into] { into.verb = command::explain; });

  add_import(app, into);

  auto* exporting = app.add_subcommand("export", "write all counts as JSON Lines; also while the server runs")
                        ->fallthrough();
  exporting->add_option("FILE", into.export_file, "the file, or - for standard output");
  exporting->final_callback([&into] { into.verb = command::export_; });

  add_move(app, into);
  add_forget(app, into);

  auto* refused =
      app.add_subcommand("refused", "list what the database would not take, and try it again")->fallthrough();
  const auto retry = [&into](const std::string& id) { into.refused = {.retry = true, .id = id}; };
  refused
      ->add_option_function<std::string>("--retry", retry,
                                         "try again all that the database refused, or what has this id")
      ->type_name("[ID]")
      ->expected(0, 1);
  refused->final_callback([&into] { into.verb = command::refused; });
}

std::vector<std::string> command_names(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* each : app.get_subcommands([](CLI::App*) { return true; }))
    names.push_back(each->get_name());
  return names;
}

/// Whether a word among the arguments may be a part of the store's password, as when a shell split it.
bool may_hold_secrets(const options& added) {
  const auto& stores = added.at("store")->results();
  return std::ranges::any_of(stores, [](const std::string& store) { return masked_uri(store) != store; });
}

/// Why there is no use for `word`.
std::string unused_word(CLI::App& app, const options& added, const std::string& word) {
  const auto chosen = app.get_subcommands();
  if (word.size() > 1 && word.front() == '-') {
    const std::string name = word.substr(0, word.find('='));
    std::vector<std::string> names{"--help", "--version"};
    for (const auto& [flag, option] : added) names.push_back("--" + flag);
    for (const CLI::App* each : chosen) {
      for (const CLI::Option* option : each->get_options()) names.push_back(option->get_name());
    }
    const std::string meant = did_you_mean(name, names);
    return fmt::format("there is no flag {}{}", name,
                       meant.empty() ? " (buttond --help lists the flags)" : meant);
  }
  const bool tellable = !may_hold_secrets(added) && word.find_first_of("@:") == std::string::npos;
  const std::string quoted = tellable ? "'" + word + "'" : "what follows";
  if (!chosen.empty()) {
    return fmt::format("{}: {} is one word too many (buttond help {} says what it takes)",
                       chosen.front()->get_name(), quoted, chosen.front()->get_name());
  }
  const std::string meant = tellable ? did_you_mean(word, command_names(app)) : std::string();
  return fmt::format("{} is no command{}", quoted,
                     meant.empty() ? " (buttond --help lists the commands)" : meant);
}

/// `--store --epoch 1s` is a store without its value, and none called --epoch.
void refuse_missing_values(const CLI::App& app, const options& added) {
  for (const auto& [name, option] : added) {
    for (const std::string& text : option->results()) {
      const std::string next = text.substr(0, text.find('='));
      if (next.starts_with("--") && app.get_option_no_throw(next) != nullptr)
        throw startup_error(fmt::format("--{}: its value is missing before {}", name, next));
    }
  }
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// What `buttond help NAME` lists is what `buttond NAME --help` does.
arguments help_of(CLI::App& app, const std::string& name, const char* program, const std::vector<flag>& flags,
                  command_line& into) {
  const auto names = command_names(app);
  if (!name.empty() && std::ranges::find(names, name) == names.end())
    throw startup_error(
        fmt::format("help: there is no command {}; there are {}",
                    name.find_first_of("@:") == std::string::npos ? "'" + name + "'" : "like that",
                    fmt::join(names, ", ")));
  const std::array<const char*, 3> words{program, name.empty() ? "--help" : name.c_str(), "--help"};
  return read_arguments(words.size(), words.data(), flags, into);
}

}  // namespace

arguments read_arguments(int argc, const char* const* argv, const std::vector<flag>& flags,
                         command_line& into) {
  CLI::App app("buttond serves share buttons and counts them.", "buttond");
  app.footer(
      "Each flag is also BUTTOND_<FLAG> in the environment, for example BUTTOND_CACHE_BYTES, and a key of "
      "the\nfile that --config or BUTTOND_CONFIG names. `buttond check` says what comes of them.");
  app.set_version_flag("--version", version_text());
  arguments read;
  CLI::Option* const config = app.add_option("--config", CLI::callback_t(),
                                             "TOML file with flags as keys, for example epoch = \"10s\"")
                                  ->type_name("FILE")
                                  ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                                  ->allow_extra_args(false);
  options added = add_flags(app, flags);
  added["config"] = config;
  add_commands(app, into);
  std::string helped;
  CLI::App* const help = app.add_subcommand("help", "list the flags, or what a command takes");
  help->add_option("COMMAND", helped, "the command");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    app.exit(done);
    read.answered = true;
    return read;
  } catch (const CLI::ParseError& error) {
    refuse_missing_values(app, added);
    const auto unused = app.remaining(true);
    if (!unused.empty()) throw startup_error(unused_word(app, added, unused.front()));
    throw startup_error(first_line(error.what()) + " (buttond --help lists the flags)");
  }
  if (help->parsed()) return help_of(app, helped, argv[0], flags, into);
  refuse_missing_values(app, added);
  read.files = config->results();
  for (const flag& each : flags) {
    std::vector<std::string> texts = added.at(each.name)->results();
    if (texts.empty()) continue;
    if (!each.repeatable) texts.erase(texts.begin(), texts.end() - 1);  // the last one counts
    read.flags[each.name] = {std::move(texts), on_command_line, each.option()};
  }
  return read;
}

}  // namespace buttond
