<?php
/**
 * One request to a server, and what may come of it.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Asks for JSON, with an end to time and size.
 */
final class Request {

	/**
	 * The longest answer that is read, in bytes.
	 */
	const LONGEST = 65536;

	/**
	 * The longest wait for a whole answer, in seconds.
	 */
	const PATIENCE = 3;

	/**
	 * Asks a server.
	 *
	 * @param string $origin A parsed address.
	 * @param string $path   Such as `/v1/server`.
	 * @param array  $query  Parameters; a list is sent as `name=a&name=b`.
	 * @return array|WP_Error As Server::ask(), but that it is always asked.
	 */
	public static function get( $origin, $path, array $query = array() ) {
		$pairs = array();
		foreach ( $query as $name => $values ) {
			foreach ( (array) $values as $value ) {
				$pairs[] = rawurlencode( $name ) . '=' . rawurlencode( $value );
			}
		}
		$address = $origin . $path . ( $pairs ? '?' . implode( '&', $pairs ) : '' );
		$is_safe = ! self::may_be_private( $origin );
		if ( $is_safe && ! wp_http_validate_url( $address ) ) {
			return Failure::of( 'unsafe', $origin );
		}
		$limits = self::limits();
		add_action( 'requests-requests.before_request', $limits['connect'], 10, 5 );
		add_action( 'requests-request.progress', $limits['progress'] );
		$answer = wp_remote_get(
			$address,
			array(
				'timeout'             => self::PATIENCE,
				'redirection'         => 0,
				'reject_unsafe_urls'  => $is_safe,
				'limit_response_size' => self::LONGEST + 1,
				'user-agent'          => 'buttond-sharing-bar/' . BUTTOND_SHARING_BAR_VERSION, // WordPress's own names the blog.
				'headers'             => array( 'Accept' => 'application/json' ),
			)
		);
		remove_action( 'requests-requests.before_request', $limits['connect'], 10 );
		remove_action( 'requests-request.progress', $limits['progress'] );
		return is_wp_error( $answer ) ? self::failure( $answer, $origin ) : self::read( $answer, $origin );
	}

	/**
	 * Whether a server may be this machine, or one in its network.
	 *
	 * A blogger's own server may well stand there, so this is not wp_safe_remote_get(), which refuses it, for whoever looks
	 * after the WordPress itself: the address comes from them, the paths are ours, no redirect is followed, and of the
	 * answer only what has the right form in a buttond's JSON is shown or kept, so nothing of another service can be read.
	 * In a network, though, those who manage one blog are its provider's guests, and shall not reach into its machines.
	 *
	 * @param string $origin The server.
	 * @return bool
	 */
	private static function may_be_private( $origin ) {
		$is_guest = is_multisite() && is_user_logged_in() && ! current_user_can( 'manage_network_options' );
		return ! $is_guest || ( Settings::is_fixed() && Settings::server() === $origin );
	}

	/**
	 * Hooks that end what WordPress's timeout does not.
	 *
	 * With cURL the timeout is for the whole request. PHP's own sockets, which WordPress takes where cURL is missing, begin
	 * anew with each piece that arrives, and take ten seconds to connect. (They look at the clock in the body only: a server
	 * that an administrator chose can still hold them up by its header fields.)
	 *
	 * @return callable[]
	 */
	private static function limits() {
		$end = microtime( true ) + self::PATIENCE;
		return array(
			'connect'  => static function ( &...$request ) {
				$request[4]['connect_timeout'] = self::PATIENCE; // The last one is the options.
			},
			'progress' => static function () use ( $end ) {
				if ( microtime( true ) > $end ) {
					$exception = class_exists( 'WpOrg\Requests\Exception' ) ? 'WpOrg\Requests\Exception' : 'Requests_Exception';
					throw new $exception( 'timed out', 'timeout' );
				}
			},
		);
	}

	/**
	 * Reads an answer that came.
	 *
	 * @param array  $answer Of wp_remote_get().
	 * @param string $origin Whose it is.
	 * @return array|WP_Error
	 */
	private static function read( $answer, $origin ) {
		$status = (int) wp_remote_retrieve_response_code( $answer );
		$body   = wp_remote_retrieve_body( $answer );
		if ( $status >= 300 && $status < 400 ) {
			return Failure::of( 'redirect', $origin );
		}
		if ( $status >= 500 || 429 === $status ) {
			return Failure::of( 'status', $origin, $status );
		}
		if ( strlen( $body ) > self::LONGEST ) {
			return Failure::of( 'too_large', $origin );
		}
		$json = json_decode( $body, true );
		if ( 200 === $status && is_array( $json ) ) {
			return $json;
		}
		if ( $status >= 400 && isset( $json['error']['code'] ) && is_string( $json['error']['code'] ) ) {
			return Failure::of( 'refused', $origin, $status );
		}
		return Failure::of( 'not_buttond', $origin );
	}

	/**
	 * Why no answer came.
	 *
	 * @param WP_Error $error  Of wp_remote_get().
	 * @param string   $origin Who was asked.
	 * @return WP_Error
	 */
	private static function failure( WP_Error $error, $origin ) {
		$detail = $error->get_error_message();
		$curl   = preg_match( '/^cURL error (\d+)/', $detail, $found ) ? (int) $found[1] : 0;
		if ( 'http_request_not_executed' === $error->get_error_code() ) {
			return Failure::of( 'blocked', $origin );
		}
		if ( 28 === $curl || false !== stripos( $detail, 'timed out' ) ) {
			return Failure::of( 'timeout', $origin );
		}
		if ( in_array( $curl, array( 35, 51, 58, 59, 60, 77, 83, 90, 91 ), true ) || preg_match( '/\b(SSL|TLS|certificate)\b/i', $detail ) ) {
			return Failure::of( 'certificate', $origin );
		}
		if ( 6 === $curl || false !== stripos( $detail, 'getaddrinfo' ) ) {
			return Failure::of( 'no_host', $origin );
		}
		return Failure::of( 'unreachable', $origin );
	}
}
