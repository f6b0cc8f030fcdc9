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
	 * Hooks the daily check in.
	 */
	public static function hooks() {
		add_action( 'admin_init', array( __CLASS__, 'schedule' ) );
		if ( wp_doing_cron() ) {
			add_action( 'init', array( __CLASS__, 'schedule' ) ); // For blogs with a fixed address, whose admin never comes.
		}
	}

	/**
	 * The origin that somebody typed, `https://share.example.com` or `http://192.0.2.1:8080`.
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
	 * @return array|WP_Error The decoded object or list. An error of code `refused` is the server's own about this request (its
	 *                        status is the error's data), `waiting` and `no_server` mean that it was not asked, and all others
	 *                        that it is down.
	 */
	public static function ask( $path, array $query = array() ) {
		$origin = Settings::server();
		$state  = self::state();
		if ( '' === $origin || $state['retry_at'] > time() ) {
			return Failure::of( '' === $origin ? 'no_server' : 'waiting', $origin );
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
	 * @return array|WP_Error version, script, integrity, offered (ids of places); else what is wrong, in a sentence for a blogger.
	 */
	public static function check( $origin ) {
		return self::info( Request::get( $origin, '/v1/server' ), $origin );
	}

	/**
	 * Whether a server counts the links of this blog.
	 *
	 * @param string $origin A parsed address.
	 * @return true|WP_Error Of code `not_listed` or `private_host`, whose message names the host to add, or why there is no answer.
	 */
	public static function counts_blog( $origin ) {
		$answer = Request::get( $origin, '/v1/explain', array( 'url' => home_url( '/' ) ) );
		if ( is_wp_error( $answer ) && 'refused' !== $answer->get_error_code() ) {
			return $answer;
		}
		if ( is_wp_error( $answer ) ) {
			return Failure::of( 'private_host', $origin );
		}
		return isset( $answer['counted'] ) && false === $answer['counted'] ? Failure::of( 'not_listed', $origin ) : true;
	}

	/**
	 * Whether a server said that it does not count the blog. Else it does, or gave no answer to that question.
	 *
	 * @param true|WP_Error $counted What counts_blog() returned.
	 * @return bool
	 */
	public static function is_uncounted( $counted ) {
		return is_wp_error( $counted ) && in_array( $counted->get_error_code(), array( 'not_listed', 'private_host' ), true );
	}

	/**
	 * The cron job: takes up a new loader, and what else changed at the server, unless its next try is not due yet.
	 *
	 * Pages keep the loader that they have until then; the server serves each released one for ever.
	 */
	public static function update_loader() {
		if ( '' === Settings::server() ) {
			return;
		}
		if ( self::state()['retry_at'] <= time() ) {
			self::refresh();
		}
		$retry = self::state()['retry_at'];
		$next  = (int) wp_next_scheduled( self::DAILY );
		if ( $retry > time() && ( ! $next || $retry < $next ) ) {
			wp_schedule_single_event( $retry, self::DAILY );
		}
	}

	/**
	 * Asks the blog's server at once, and stores what it says or that it failed.
	 *
	 * @return array|WP_Error As check(), with `counted`, which is as counts_blog().
	 */
	public static function refresh() {
		$origin = Settings::server();
		$info   = self::check( $origin );
		if ( is_wp_error( $info ) ) {
			self::note_failure( $info->get_error_code() );
			return $info;
		}
		$info['counted'] = self::counts_blog( $origin );

		$saved = self::take_up( $origin, $info );
		Network::take_up( $origin, $info );
		return is_wp_error( $saved ) ? $saved : $info;
	}

	/**
	 * Stores what a check found: what pages need among the settings, the rest in the state.
	 *
	 * @param string $origin  The server.
	 * @param array  $info    What check() returned, with `counted`.
	 * @param array  $changes Settings that change with it.
	 * @return true|WP_Error As Settings::save().
	 */
	public static function take_up( $origin, array $info, array $changes = array() ) {
		$changes['server'] = $origin;

		$saved = Settings::save( array_merge( $changes, array_intersect_key( $info, array_flip( array( 'script', 'integrity', 'offered' ) ) ) ) );
		if ( true === $saved ) {
			self::note(
				array(
					'checked'        => time(),
					'failures'       => 0,
					'retry_at'       => 0,
					'last_error'     => '',
					'server_version' => $info['version'],
					'uncounted'      => self::is_uncounted( $info['counted'] ) ? $info['counted']->get_error_code() : '',
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
				'uncounted'      => '',   // Code of counts_blog(), where the server does not count the blog.
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
	 * Forgets what is known, since another server was chosen; the counts' refresh goes on where it is.
	 */
	public static function forget() {
		update_option( self::STATE, array( 'cursor' => self::state()['cursor'] ), false );
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
			wp_schedule_event( $known ? time() + DAY_IN_SECONDS : max( time(), self::state()['retry_at'] ), 'daily', self::DAILY );
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
			return Failure::of( 'not_buttond', $origin );
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
			'offered'   => array_values( array_unique( $places ) ),
		);
	}
}
