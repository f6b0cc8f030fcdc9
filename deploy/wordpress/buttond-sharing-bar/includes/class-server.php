<?php
/**
 * The server: its address, what it is asked, and what is known of it.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * The only place that makes HTTP requests: when an administrator checks an address, and in cron. Never while a page is made.
 */
final class Server {

	const STATE = 'buttond_sharing_bar_state';
	const DAILY = 'buttond_sharing_bar_daily';

	/**
	 * The longest answer that is read, in bytes.
	 */
	const LONGEST = 65536;

	/**
	 * The longest wait for a whole answer, in seconds.
	 */
	const PATIENCE = 3;

	/**
	 * Hooks the daily check in.
	 */
	public static function hooks() {
		add_action( self::DAILY, array( __CLASS__, 'update_loader' ) );
		add_action( 'admin_init', array( __CLASS__, 'schedule' ) );
		if ( wp_doing_cron() ) {
			add_action( 'init', array( __CLASS__, 'schedule' ) ); // For blogs with a fixed address, whose admin never comes.
		}
	}

	/**
	 * The origin that somebody typed, `https://share.example.com` or `http://127.0.0.1:8080`.
	 *
	 * @param string $typed The address.
	 * @return string|WP_Error The error's message says what is wrong, for beside the field.
	 */
	public static function parse_address( $typed ) {
		return Address::parse( $typed );
	}

	/**
	 * Whether a path and an integrity are those of a loader.
	 *
	 * @param mixed $path      As the server says it.
	 * @param mixed $integrity As the server says it.
	 * @return bool
	 */
	public static function is_loader( $path, $integrity ) {
		return is_string( $path ) && 1 === preg_match( '~^/js/[a-z]+\.[0-9a-f]{16}\.js$~D', $path )
			&& is_string( $integrity ) && 1 === preg_match( '~^sha384-[A-Za-z0-9+/]{64}$~D', $integrity );
	}

	/**
	 * Asks the blog's server, unless it did not answer lately: then only when the next try is due.
	 *
	 * @param string $path  Such as `/v1/counts`.
	 * @param array  $query Parameters; a list is sent as `name=a&name=b`.
	 * @return array|WP_Error The decoded object or list. An error of code `refused` is the server's own word about this
	 *                        request (its status and message in the error's data), `waiting` means that it was not asked, and
	 *                        all others mean that the server is down.
	 */
	public static function ask( $path, array $query = array() ) {
		$origin = Settings::server();
		if ( '' === $origin ) {
			return new WP_Error( 'no_server', __( 'No server was chosen yet.', 'buttond-sharing-bar' ) );
		}
		$state = self::state();
		if ( $state['retry_at'] > time() ) {
			return new WP_Error( 'waiting', __( 'The server did not answer lately, and is asked again later.', 'buttond-sharing-bar' ) );
		}
		$answer = Request::get( $origin, $path, $query );
		if ( is_wp_error( $answer ) && 'refused' !== $answer->get_error_code() ) {
			self::note_failure( $answer->get_error_code() );
		} elseif ( $state['failures'] ) {
			self::note(
				array(
					'failures'   => 0,
					'retry_at'   => 0,
					'last_error' => '',
				)
			);
		}
		return $answer;
	}

	/**
	 * What a server says of itself, whether it is the blog's or not.
	 *
	 * @param string $origin A parsed address.
	 * @return array|WP_Error version, script, integrity, places (ids); else what is wrong, in a sentence for a blogger.
	 */
	public static function check( $origin ) {
		return self::info( Request::get( $origin, '/v1/server' ), $origin );
	}

	/**
	 * Whether a server counts the links of this blog.
	 *
	 * @param string $origin A parsed address.
	 * @return true|WP_Error The error of code `not_counted` has the host to add to the server's list as its data.
	 */
	public static function counts_blog( $origin ) {
		return self::verdict( Request::get( $origin, '/v1/explain', array( 'url' => home_url( '/' ) ) ) );
	}

	/**
	 * The cron job: takes up a new loader, and what else changed at the server.
	 *
	 * Pages keep the loader that they have until then; the server serves each released one for ever.
	 */
	public static function update_loader() {
		if ( '' === Settings::server() ) {
			return;
		}
		$origin = Settings::server();
		$info   = self::info( self::ask( '/v1/server' ), $origin );
		if ( is_wp_error( $info ) ) {
			if ( 'not_buttond' === $info->get_error_code() ) {
				self::note_failure( 'not_buttond' );
			}
			self::schedule_retry();
			return;
		}
		$counted = self::verdict( self::ask( '/v1/explain', array( 'url' => home_url( '/' ) ) ) );
		self::take_up( $origin, $info, $counted );
	}

	/**
	 * Stores what a check found: the loader among the settings, the rest in the state.
	 *
	 * @param string        $origin  The server.
	 * @param array         $info    What check() returned.
	 * @param true|WP_Error $counted What counts_blog() returned.
	 * @param array         $changes Settings that change with it.
	 * @return true|WP_Error As Settings::save().
	 */
	public static function take_up( $origin, array $info, $counted, array $changes = array() ) {
		$changes['server']    = $origin;
		$changes['script']    = $info['script'];
		$changes['integrity'] = $info['integrity'];

		$saved = Settings::save( $changes );
		if ( true === $saved ) {
			self::note(
				array(
					'checked'        => time(),
					'failures'       => 0,
					'retry_at'       => 0,
					'last_error'     => '',
					'server_version' => $info['version'],
					'places'         => $info['places'],
					'uncounted'      => is_wp_error( $counted ) && 'not_counted' === $counted->get_error_code() ? $counted->get_error_data() : '',
				)
			);
		}
		return $saved;
	}

	/**
	 * What is known of the server. Not autoloaded: only cron and the administration read it.
	 *
	 * @return array
	 */
	public static function state() {
		$state = get_option( self::STATE );
		return array_merge(
			array(
				'checked'        => 0,    // Time of the last check that went well.
				'failures'       => 0,    // Since then, in a row.
				'retry_at'       => 0,    // Time before which the server is not asked again.
				'last_error'     => '',   // Code of the last failure.
				'server_version' => '',
				'places'         => null, // Ids of the places that the server offers; null before a check.
				'uncounted'      => '',   // Host of the blog, where the server does not count it.
				'cursor'         => 0,    // Where the refresh of the counts is.
			),
			is_array( $state ) ? $state : array()
		);
	}

	/**
	 * Writes down what is known of the server.
	 *
	 * @param array $news Keys of state().
	 */
	public static function note( array $news ) {
		update_option( self::STATE, array_merge( self::state(), $news ), false );
	}

	/**
	 * Writes down that the server is down. It is asked again in an hour, then in two, four, .. at most a day.
	 *
	 * @param string $code The failure.
	 */
	public static function note_failure( $code ) {
		$failures = self::state()['failures'] + 1;
		self::note(
			array(
				'failures'   => $failures,
				'retry_at'   => time() + min( DAY_IN_SECONDS, HOUR_IN_SECONDS * 2 ** min( 5, $failures - 1 ) ),
				'last_error' => $code,
			)
		);
	}

	/**
	 * Sees to it that the daily check is due, once there is a server.
	 */
	public static function schedule() {
		if ( '' !== Settings::server() && ! wp_next_scheduled( self::DAILY ) ) {
			$known = '' !== Settings::get()['script'];
			wp_schedule_event( time() + ( $known ? DAY_IN_SECONDS : 0 ), 'daily', self::DAILY );
		}
	}

	/**
	 * Brings the next check forward to when the server may be asked again.
	 */
	public static function schedule_retry() {
		$at = self::state()['retry_at'];
		if ( $at > time() && $at < (int) wp_next_scheduled( self::DAILY ) ) {
			wp_schedule_single_event( $at, self::DAILY );
		}
	}

	/**
	 * Reads an answer of /v1/server.
	 *
	 * @param array|WP_Error $answer The answer.
	 * @param string         $origin Whose it is.
	 * @return array|WP_Error As check().
	 */
	private static function info( $answer, $origin ) {
		if ( is_wp_error( $answer ) && 'refused' !== $answer->get_error_code() ) {
			return $answer;
		}
		if ( is_wp_error( $answer ) || ! isset( $answer['version'], $answer['script']['path'], $answer['script']['integrity'], $answer['places'] )
			|| ! is_string( $answer['version'] ) || ! is_array( $answer['places'] )
			|| ! self::is_loader( $answer['script']['path'], $answer['script']['integrity'] ) ) {
			return Request::not_buttond( $origin );
		}
		$places = array();
		foreach ( $answer['places'] as $place ) {
			if ( isset( $place['id'] ) && is_string( $place['id'] ) && isset( Settings::places()[ $place['id'] ] ) ) {
				$places[] = $place['id'];
			}
		}
		return array(
			'version'   => substr( sanitize_text_field( $answer['version'] ), 0, 32 ),
			'script'    => $answer['script']['path'],
			'integrity' => $answer['script']['integrity'],
			'places'    => array_values( array_unique( $places ) ),
		);
	}

	/**
	 * Reads an answer of /v1/explain about the blog's own address.
	 *
	 * @param array|WP_Error $answer The answer.
	 * @return true|WP_Error As counts_blog().
	 */
	private static function verdict( $answer ) {
		$refused = is_wp_error( $answer ) && 'refused' === $answer->get_error_code();
		if ( is_wp_error( $answer ) && ! $refused ) {
			return $answer;
		}
		if ( ! $refused && ( ! isset( $answer['counted'] ) || true === $answer['counted'] ) ) {
			return true; // A server without the word counts whatever has a key.
		}
		return self::not_counted( (string) wp_parse_url( home_url(), PHP_URL_HOST ), $refused );
	}

	/**
	 * The warning that the server does not count this blog.
	 *
	 * @param string $host     The blog's host.
	 * @param bool   $is_private Whether the host is one that nobody else can reach.
	 * @return WP_Error
	 */
	public static function not_counted( $host, $is_private = false ) {
		return new WP_Error(
			'not_counted',
			$is_private
				/* translators: %s: a host name, such as localhost. */
				? sprintf( __( 'The server does not count %s, because it is a private or local address that nobody else can open. The bar works, without numbers. On a server for trying this out, start buttond with --allow-private-hosts.', 'buttond-sharing-bar' ), $host )
				/* translators: %s: a host name, such as blog.example.com. */
				: sprintf( __( 'The server does not count this blog yet: %s is not on its list of sites. The bar works, without numbers. Ask whoever runs the server to add this host (--site or --site-file).', 'buttond-sharing-bar' ), $host ),
			$host
		);
	}
}
