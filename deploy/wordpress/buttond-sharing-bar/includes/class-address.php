<?php
/**
 * The address of a server, as people type it.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Reads an address into an origin: scheme, host in ASCII, port if it is not the scheme's own.
 */
final class Address {

	/**
	 * The origin of an address.
	 *
	 * @param string $typed The address.
	 * @return string|WP_Error The error's message says what is wrong and what to type.
	 */
	public static function parse( $typed ) {
		// Blanks around it come along when an address is copied, also those that are no ASCII.
		$typed = preg_replace( '/^[\s\x{00a0}\x{200b}\x{feff}]+|[\s\x{00a0}\x{200b}\x{feff}]+$/u', '', (string) $typed );
		if ( null === $typed ) {
			return self::no_address(); // No UTF-8.
		}
		if ( '' === $typed ) {
			return new WP_Error( 'address_empty', __( 'Type the address of your server, such as https://share.example.com.', 'buttond-sharing-bar' ) );
		}
		if ( ! preg_match( '~^(?:([a-z][a-z0-9+.-]*):)?//~i', $typed, $found ) || ! isset( $found[1] ) ) {
			return new WP_Error( 'address_invalid', __( 'This is not a complete address. It begins with https://, as in https://share.example.com.', 'buttond-sharing-bar' ) );
		}
		$scheme = strtolower( $found[1] );
		if ( ! in_array( $scheme, array( 'http', 'https' ), true ) ) {
			return new WP_Error( 'address_scheme', __( 'Browsers reach a buttond by https:// (or http://) only.', 'buttond-sharing-bar' ) );
		}
		$rest = substr( $typed, strlen( $found[0] ) );
		if ( preg_match( '/[\s\x00-\x20\x7f\\\\]/u', $rest ) ) {
			return self::no_address();
		}
		$authority = substr( $rest, 0, strcspn( $rest, '/?#' ) );
		$behind    = substr( $rest, strlen( $authority ) );
		if ( false !== strpos( $authority, '@' ) ) {
			return new WP_Error( 'address_password', __( 'The address must not have a user name or password in it: every reader would see it.', 'buttond-sharing-bar' ) );
		}
		if ( '' !== $behind && '/' !== $behind ) {
			return new WP_Error( 'address_path', __( 'Only the server itself is wanted: nothing behind its name, no path, no “?” and no “#”. A buttond has a host name of its own.', 'buttond-sharing-bar' ) );
		}
		if ( ! preg_match( '/^(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::([0-9]*))?$/iD', $authority, $parts ) ) {
			return self::no_address();
		}
		$host = self::host( $parts[1] );
		$port = isset( $parts[2] ) ? ltrim( $parts[2], '0' ) : '';
		if ( '' === $host || strlen( $port ) > 5 || (int) $port > 65535 || ( '' === $port && ! empty( $parts[2] ) ) || ( isset( $parts[2] ) && '0' === $parts[2] ) ) {
			return self::no_address();
		}
		if ( 'http' === $scheme && 'https' === wp_parse_url( home_url(), PHP_URL_SCHEME ) ) {
			return new WP_Error( 'address_insecure', __( 'Your blog is reached by https://, so browsers would block a server at http://. Give the server a certificate, and type https:// here.', 'buttond-sharing-bar' ) );
		}
		$own = 'http' === $scheme ? '80' : '443';
		return $scheme . '://' . $host . ( '' === $port || $own === $port ? '' : ':' . $port );
	}

	/**
	 * A host in lower case and ASCII; '' where it is none.
	 *
	 * @param string $host As typed.
	 * @return string
	 */
	private static function host( $host ) {
		if ( '[' === $host[0] ) {
			$address = strtolower( substr( $host, 1, -1 ) );
			return false === filter_var( $address, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6 ) ? '' : "[$address]";
		}
		$host = self::ascii( $host );
		$host = '.' === substr( $host, -1 ) ? substr( $host, 0, -1 ) : $host;
		if ( strlen( $host ) > 253 || ! preg_match( '/^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/D', $host ) ) {
			return '';
		}
		// A name whose last label is a number is read as an IPv4 address by browsers, or not at all.
		if ( preg_match( '/(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/D', $host ) && false === filter_var( $host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4 ) ) {
			return '';
		}
		return $host;
	}

	/**
	 * A host name in punycode, as PHP's intl extension makes it, else as WordPress's own library does.
	 *
	 * @param string $host In UTF-8.
	 * @return string '' where it has no such form.
	 */
	public static function ascii( $host ) {
		if ( ! preg_match( '/[^\x00-\x7f]/', $host ) ) {
			return strtolower( $host );
		}
		if ( function_exists( 'idn_to_ascii' ) ) {
			$ascii = idn_to_ascii( $host, IDNA_NONTRANSITIONAL_TO_ASCII, INTL_IDNA_VARIANT_UTS46 );
			return false === $ascii ? '' : strtolower( $ascii );
		}
		$encoder = class_exists( 'WpOrg\Requests\IdnaEncoder' ) ? 'WpOrg\Requests\IdnaEncoder' : 'Requests_IDNAEncoder';
		try {
			$lower = function_exists( 'mb_strtolower' ) ? mb_strtolower( $host, 'UTF-8' ) : $host;
			return strtolower( call_user_func( array( $encoder, 'encode' ), $lower ) );
		} catch ( \Exception $e ) {
			return '';
		}
	}

	/**
	 * What is no address at all.
	 *
	 * @return WP_Error
	 */
	private static function no_address() {
		return new WP_Error( 'address_invalid', __( 'This is not the address of a server. It looks like https://share.example.com.', 'buttond-sharing-bar' ) );
	}
}
