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
 * Asks for JSON, with an end to time and size, and says in words what went wrong.
 */
final class Request {

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
		$limits  = self::limits();
		add_action( 'requests-requests.before_request', $limits['connect'], 10, 5 );
		add_action( 'requests-request.progress', $limits['progress'] );
		/*
		 * Not wp_safe_remote_get(), which refuses this machine and private networks: a blogger's own server may well stand
		 * there. The address comes from whoever may manage the options of the blog (or from wp-config.php or the network's
		 * administrator), the paths are ours, no redirect is followed, and of the answer only the parts of a buttond's JSON
		 * that have the right form are shown or kept, so nothing of another service in that network can be read with it.
		 */
		$answer = wp_remote_get(
			$address,
			array(
				'timeout'             => Server::PATIENCE,
				'redirection'         => 0,
				'reject_unsafe_urls'  => false,
				'limit_response_size' => Server::LONGEST + 1,
				'user-agent'          => 'buttond-sharing-bar/' . BUTTOND_SHARING_BAR_VERSION, // WordPress's own names the blog.
				'headers'             => array( 'Accept' => 'application/json' ),
			)
		);
		remove_action( 'requests-requests.before_request', $limits['connect'], 10 );
		remove_action( 'requests-request.progress', $limits['progress'] );
		return is_wp_error( $answer ) ? self::failure( $answer, $origin ) : self::read( $answer, $origin );
	}

	/**
	 * What answers, but is no buttond.
	 *
	 * @param string $origin Whose answer it is.
	 * @return WP_Error
	 */
	public static function not_buttond( $origin ) {
		/* translators: %s: the address of a server. */
		return new WP_Error( 'not_buttond', sprintf( __( 'Something answers at %s, but it is not a buttond, or one that is too old for this plugin. Check the address; if it is right, upgrade the server.', 'buttond-sharing-bar' ), $origin ) );
	}

	/**
	 * Hooks that end what WordPress's timeout does not.
	 *
	 * With cURL the timeout is for the whole request. PHP's own sockets, which WordPress takes where cURL is missing, begin
	 * anew with each piece that arrives, and take ten seconds to connect.
	 *
	 * @return callable[]
	 */
	private static function limits() {
		$end = microtime( true ) + Server::PATIENCE;
		return array(
			'connect'  => static function ( $url, $headers, $data, $type, &$options ) {
				$options['connect_timeout'] = Server::PATIENCE;
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
			/* translators: %s: the address of a server. */
			return new WP_Error( 'redirect', sprintf( __( '%s sends its visitors on to another address. Type the address that it leads to.', 'buttond-sharing-bar' ), $origin ) );
		}
		if ( $status >= 500 || 429 === $status ) {
			/* translators: 1: the address of a server, 2: an HTTP status, such as 502. */
			return new WP_Error( 'status', sprintf( __( '%1$s answers with the error %2$d. Look into the server’s log, and into that of the proxy before it.', 'buttond-sharing-bar' ), $origin, $status ) );
		}
		if ( strlen( $body ) > Server::LONGEST ) {
			/* translators: %s: the address of a server. */
			return new WP_Error( 'too_large', sprintf( __( 'The answer of %s is too long for a buttond’s. Check the address.', 'buttond-sharing-bar' ), $origin ) );
		}
		$json = json_decode( $body, true );
		if ( 200 === $status && is_array( $json ) ) {
			return $json;
		}
		if ( $status >= 400 && isset( $json['error']['message'] ) && is_string( $json['error']['message'] ) ) {
			return new WP_Error(
				'refused',
				sanitize_text_field( $json['error']['message'] ),
				array(
					'status' => $status,
					'code'   => isset( $json['error']['code'] ) && is_string( $json['error']['code'] ) ? $json['error']['code'] : '',
				)
			);
		}
		return self::not_buttond( $origin );
	}

	/**
	 * Why no answer came, in words.
	 *
	 * @param WP_Error $error  Of wp_remote_get().
	 * @param string   $origin Who was asked.
	 * @return WP_Error
	 */
	private static function failure( WP_Error $error, $origin ) {
		$detail = $error->get_error_message();
		$host   = (string) wp_parse_url( $origin, PHP_URL_HOST );
		$curl   = preg_match( '/^cURL error (\d+)/', $detail, $found ) ? (int) $found[1] : 0;
		if ( 'http_request_not_executed' === $error->get_error_code() ) {
			/* translators: %s: a host name. */
			return new WP_Error( 'blocked', sprintf( __( 'This WordPress may not make requests of its own (WP_HTTP_BLOCK_EXTERNAL). Add %s to WP_ACCESSIBLE_HOSTS in wp-config.php.', 'buttond-sharing-bar' ), $host ) );
		}
		if ( 28 === $curl || false !== stripos( $detail, 'timed out' ) ) {
			/* translators: 1: the address of a server, 2: a number of seconds. */
			return new WP_Error( 'timeout', sprintf( __( '%1$s did not answer within %2$d seconds. Check that the server runs, and that no firewall is between it and this WordPress.', 'buttond-sharing-bar' ), $origin, Server::PATIENCE ) );
		}
		if ( in_array( $curl, array( 35, 51, 58, 59, 60, 77, 83, 90, 91 ), true ) || preg_match( '/\b(SSL|TLS|certificate)\b/i', $detail ) ) {
			/* translators: %s: the address of a server. */
			return new WP_Error( 'certificate', sprintf( __( 'The connection to %s is not secure: its certificate is not valid for this name, has run out, or comes from nobody known. Browsers would refuse it too. Give the server a valid certificate.', 'buttond-sharing-bar' ), $origin ) );
		}
		if ( 6 === $curl || false !== stripos( $detail, 'getaddrinfo' ) ) {
			/* translators: %s: a host name. */
			return new WP_Error( 'no_host', sprintf( __( 'There is no server of the name %s. Check the spelling, or create the name in your DNS.', 'buttond-sharing-bar' ), $host ) );
		}
		/* translators: %s: the address of a server. */
		return new WP_Error( 'unreachable', sprintf( __( 'Nothing answers at %s as a web server does. Check the address and that the server runs.', 'buttond-sharing-bar' ), $origin ) );
	}
}
