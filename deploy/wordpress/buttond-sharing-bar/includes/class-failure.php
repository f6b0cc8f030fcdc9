<?php
/**
 * What may go wrong between blog and server, in words.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Says what is wrong and what to do. The code is what is stored, so that the sentence is in the language of whoever reads it.
 */
final class Failure {

	/**
	 * A failure as an error.
	 *
	 * @param string $code   One of those in sentence().
	 * @param string $origin The server's address.
	 * @param int    $status The HTTP status of its answer, if that is what is wrong.
	 * @return WP_Error Its data is the status.
	 */
	public static function of( $code, $origin, $status = 0 ) {
		return new WP_Error( $code, self::sentence( $code, $origin, $status ), $status );
	}

	/**
	 * A failure as a sentence for a blogger.
	 *
	 * @param string $code   The failure.
	 * @param string $origin The server's address.
	 * @param int    $status The HTTP status, if it is known.
	 * @return string
	 */
	public static function sentence( $code, $origin, $status = 0 ) {
		$host = (string) wp_parse_url( $origin, PHP_URL_HOST );
		switch ( $code ) {
			case 'timeout':
				/* translators: 1: the address of a server, 2: a number of seconds. */
				return sprintf( __( '%1$s did not answer within %2$d seconds. Check that the server runs, and that no firewall is between it and this WordPress.', 'buttond-sharing-bar' ), $origin, Request::PATIENCE );
			case 'certificate':
				/* translators: %s: the address of a server. */
				return sprintf( __( 'The connection to %s is not secure: its certificate is not valid for this name, has run out, or comes from nobody known. Browsers refuse it too. Give the server a valid certificate.', 'buttond-sharing-bar' ), $origin );
			case 'no_host':
				/* translators: %s: a host name. */
				return sprintf( __( 'There is no server of the name %s. Check the spelling, or create the name in your DNS.', 'buttond-sharing-bar' ), $host );
			case 'blocked':
				/* translators: %s: a host name. */
				return sprintf( __( 'This WordPress may not make requests of its own (WP_HTTP_BLOCK_EXTERNAL). Add %s to WP_ACCESSIBLE_HOSTS in wp-config.php.', 'buttond-sharing-bar' ), $host );
			case 'unsafe':
				/* translators: %s: the address of a server. */
				return sprintf( __( '%s is in a private network, has no name that is known, or is at an unusual port. Only the administrator of this network of blogs can choose such a server.', 'buttond-sharing-bar' ), $origin );
			case 'redirect':
				/* translators: %s: the address of a server. */
				return sprintf( __( '%s sends its visitors on to another address. Type the address that it leads to.', 'buttond-sharing-bar' ), $origin );
			case 'status':
				return $status
					/* translators: 1: the address of a server, 2: an HTTP status, such as 502. */
					? sprintf( __( '%1$s answers with the error %2$d. Look into the log of the server, and of the proxy before it.', 'buttond-sharing-bar' ), $origin, $status )
					/* translators: %s: the address of a server. */
					: sprintf( __( '%s answers with an error. Look into the log of the server, and of the proxy before it.', 'buttond-sharing-bar' ), $origin );
			case 'too_large':
				/* translators: %s: the address of a server. */
				return sprintf( __( 'The answer of %s is too long to be that of a buttond. Check the address.', 'buttond-sharing-bar' ), $origin );
			case 'not_buttond':
			case 'refused':
				/* translators: %s: the address of a server. */
				return sprintf( __( 'Something answers at %s, but it is not a buttond, or one that is too old for this plugin. Check the address; if it is right, upgrade the server.', 'buttond-sharing-bar' ), $origin );
			case 'not_listed':
				/* translators: %1$s: the host of the blog, such as blog.example.com. */
				return sprintf( __( 'The server does not count this blog, because %1$s is not on its list of sites. The bar works, without numbers. Ask whoever runs the server to add %1$s to the list (--site or --site-file).', 'buttond-sharing-bar' ), self::blog_host() );
			case 'private_host':
				/* translators: %1$s: the host of the blog, such as localhost. */
				return sprintf( __( 'The server does not count this blog, because %1$s is a private or local address that nobody else can open. The bar works, without numbers. To try it out, start buttond with --allow-private-hosts, and add %1$s to its list of sites if it has one.', 'buttond-sharing-bar' ), self::blog_host() );
			case 'waiting':
				/* translators: %s: the address of a server. */
				return sprintf( __( '%s did not answer lately, and is asked again later.', 'buttond-sharing-bar' ), $origin );
			case 'no_server':
				return __( 'No server was chosen yet.', 'buttond-sharing-bar' );
			default:
				/* translators: %s: the address of a server. */
				return sprintf( __( 'Nothing answers at %s as a web server does. Check the address, and that the server runs.', 'buttond-sharing-bar' ), $origin );
		}
	}

	/**
	 * The host that a server's list of sites has to have for this blog.
	 *
	 * @return string
	 */
	private static function blog_host() {
		return (string) wp_parse_url( home_url(), PHP_URL_HOST );
	}
}
