<?php
/**
 * The settings of a blog: values, defaults, sanitising.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * One autoloaded option holds what a page needs, so that a page costs no query.
 *
 * What only cron and the administration need is in a second one, which is not autoloaded (see Server::state()).
 */
final class Settings {

	const OPTION = 'buttond_sharing_bar';

	/**
	 * The network's option; only `server`, `script`, `integrity` and `offered` are in it.
	 */
	const NETWORK_OPTION = 'buttond_sharing_bar_network';

	/**
	 * What an author or a reader sees of a label; more would not fit beside five places.
	 */
	const LABEL_LENGTH = 40;

	/**
	 * The words that a setting may be.
	 */
	const CHOICES = array(
		'side'  => array( 'start', 'end' ),
		'style' => array( 'horizontal', 'vertical', 'none' ),
		'size'  => array( 'regular', 'large' ),
	);

	const POSITIONS = array( 'above', 'below', 'floating', 'bottom' );

	/**
	 * The settings of a blog in which nothing was chosen.
	 *
	 * @return array
	 */
	public static function defaults() {
		return array(
			'server'     => '',
			'script'     => '',
			'integrity'  => '',
			'offered'    => null, // The places that the server offers; null before a check.
			'positions'  => array( 'below' ),
			'side'       => 'start',
			'post_types' => array( 'post' ),
			'style'      => 'horizontal',
			'size'       => 'regular',
			'label'      => '',
			'minimum'    => 1,
			'places'     => array( 'mastodon', 'bluesky', 'whatsapp', 'linkedin', 'email' ),
			'feeds'      => false,
		);
	}

	/**
	 * All settings in force, with the address that a provider fixed in place of the blog's own.
	 *
	 * Without an address, before the setup, there is nothing to show; see server(). Places that the server does not offer
	 * (any more) are left out, but stay chosen.
	 *
	 * @return array
	 */
	public static function get() {
		$settings = self::stored();
		$fixed    = self::fixed();
		if ( $fixed && $fixed['server'] !== $settings['server'] ) {
			// The blog's daily check has not been at this server yet, but the network's setup may have been.
			$settings = array_merge( $settings, $fixed );
		}
		if ( null !== $settings['offered'] ) {
			$settings['places'] = array_values( array_intersect( $settings['places'], $settings['offered'] ) );
		}
		return $settings;
	}

	/**
	 * The server's origin; '' where there is none yet, and then the blog shows nothing.
	 *
	 * @return string
	 */
	public static function server() {
		$settings = self::get();
		return $settings['server'];
	}

	/**
	 * Whether wp-config.php or the network decides on the server.
	 *
	 * @return bool
	 */
	public static function is_fixed() {
		return null !== self::fixed();
	}

	/**
	 * What is wrong with the address in wp-config.php.
	 *
	 * @return string A sentence; '' where nothing is, or there is none.
	 */
	public static function wrong_constant() {
		$origin = defined( 'BUTTOND_SHARING_BAR_SERVER' ) ? Server::parse_address( (string) BUTTOND_SHARING_BAR_SERVER ) : '';
		/* translators: %s: a sentence that says what is wrong with an address. */
		return is_wp_error( $origin ) ? sprintf( __( 'BUTTOND_SHARING_BAR_SERVER in wp-config.php is wrong, so there is no bar: %s', 'buttond-sharing-bar' ), $origin->get_error_message() ) : '';
	}

	/**
	 * The places that were chosen, whether the server offers them at the moment or not.
	 *
	 * @return string[]
	 */
	public static function chosen_places() {
		return self::stored()['places'];
	}

	/**
	 * The table of places: id => array( 'name' => ..., 'address' => ... ).
	 *
	 * @return array
	 */
	public static function places() {
		static $places = null;
		if ( null === $places ) {
			$places = require __DIR__ . '/places.php';
		}
		return $places;
	}

	/**
	 * The entries of places() that the server offers: its operator may leave some out. Before a check, all.
	 *
	 * @param array $settings Of get(); only `offered` is looked at.
	 * @return array
	 */
	public static function offered_places( array $settings ) {
		$offered = $settings['offered'];
		return is_array( $offered ) ? array_intersect_key( self::places(), array_flip( $offered ) ) : self::places();
	}

	/**
	 * Changes settings; those that `$in` does not name stay.
	 *
	 * @param array $in Unslashed values, from anywhere.
	 * @return true|WP_Error The error says that the database did not take them; then the old ones hold.
	 */
	public static function save( array $in ) {
		$old    = get_option( self::OPTION );
		$stored = self::stored();
		if ( isset( $in['server'] ) && $in['server'] !== $stored['server'] ) {
			$in += array(
				'script'    => '', // The old one is another server's.
				'integrity' => '',
				'offered'   => null,
			);
		}
		$new = self::sanitize( array_merge( $stored, $in ) );
		if ( $old === $new || update_option( self::OPTION, $new, true ) ) {
			return true;
		}
		return self::not_written();
	}

	/**
	 * What is wrong when the database refuses to write.
	 *
	 * @return WP_Error
	 */
	public static function not_written() {
		return new WP_Error(
			'not_written',
			__( 'The database did not take the settings, so the old ones stay. Ask whoever looks after your WordPress to see whether the database is full or read-only.', 'buttond-sharing-bar' )
		);
	}

	/**
	 * The settings that `$in` means: lists keep their order, what is unknown is dropped.
	 *
	 * @param array $in Unslashed values, from anywhere.
	 * @return array All keys of defaults(), in their order.
	 */
	public static function sanitize( array $in ) {
		$defaults = self::defaults();
		$types    = array_values( get_post_types( array( 'public' => true ) ) );
		$out      = array(
			'server'     => self::word( $in, 'server' ),
			'script'     => self::word( $in, 'script' ),
			'integrity'  => self::word( $in, 'integrity' ),
			'offered'    => isset( $in['offered'] ) && is_array( $in['offered'] ) ? self::words( $in, 'offered', array_keys( self::places() ) ) : null,
			'positions'  => self::words( $in, 'positions', self::POSITIONS ),
			'side'       => self::choice( $in, 'side' ),
			'post_types' => self::words( $in, 'post_types', $types ),
			'style'      => self::choice( $in, 'style' ),
			'size'       => self::choice( $in, 'size' ),
			'label'      => self::label( self::word( $in, 'label' ) ),
			'minimum'    => min( 1000000000, absint( self::word( $in, 'minimum' ) ) ),
			'places'     => self::words( $in, 'places', array_keys( self::places() ) ),
			'feeds'      => ! empty( $in['feeds'] ),
		);
		if ( '' !== $out['server'] ) {
			$origin        = Server::parse_address( $out['server'] );
			$out['server'] = is_wp_error( $origin ) ? '' : $origin;
		}
		// Without both of them, or of another server, there is no loader.
		if ( ! Server::is_loader( $out['script'], $out['integrity'] ) || '' === $out['server'] ) {
			$out['script']    = '';
			$out['integrity'] = '';
		}
		return array_merge( $defaults, $out );
	}

	/**
	 * What this blog stored; the default in place of what is damaged or missing.
	 *
	 * @return array
	 */
	private static function stored() {
		$stored   = get_option( self::OPTION );
		$settings = self::defaults();
		foreach ( is_array( $stored ) ? array_intersect_key( $stored, $settings ) : array() as $key => $value ) {
			if ( is_array( $value ) ) {
				$value = array_values( array_filter( $value, 'is_string' ) );
			}
			if ( gettype( $value ) === gettype( $settings[ $key ] ) || ( 'offered' === $key && is_array( $value ) ) ) {
				$settings[ $key ] = $value;
			}
		}
		return $settings;
	}

	/**
	 * The server, script, integrity and offered places that a provider decided on, else null.
	 *
	 * A provider who writes the address into wp-config.php or the network's settings agreed to the requests that the
	 * plugin describes, so its blogs show the bar without a setup of their own.
	 *
	 * @return array|null
	 */
	private static function fixed() {
		$network = Network::settings();
		if ( defined( 'BUTTOND_SHARING_BAR_SERVER' ) ) {
			$origin = Server::parse_address( (string) BUTTOND_SHARING_BAR_SERVER );
			if ( is_wp_error( $origin ) ) {
				$origin = ''; // Nothing is shown then; the settings page and Site Health say what is wrong with it.
			}
			return $origin === $network['server'] ? $network : array(
				'server'    => $origin,
				'script'    => '',
				'integrity' => '',
				'offered'   => null,
			);
		}
		return '' === $network['server'] ? null : $network;
	}

	/**
	 * A value that has to be one word or sentence.
	 *
	 * @param array  $in  Values.
	 * @param string $key Its key.
	 * @return string '' where it is none.
	 */
	private static function word( array $in, $key ) {
		return isset( $in[ $key ] ) && is_scalar( $in[ $key ] ) ? trim( (string) $in[ $key ] ) : '';
	}

	/**
	 * One of CHOICES, the default where it is none.
	 *
	 * @param array  $in  Values.
	 * @param string $key Its key.
	 * @return string
	 */
	private static function choice( array $in, $key ) {
		$word = self::word( $in, $key );
		return in_array( $word, self::CHOICES[ $key ], true ) ? $word : self::defaults()[ $key ];
	}

	/**
	 * The words of a list that are allowed there, each once.
	 *
	 * @param array    $in      Values.
	 * @param string   $key     The list's key.
	 * @param string[] $allowed The words.
	 * @return string[]
	 */
	private static function words( array $in, $key, array $allowed ) {
		$list = isset( $in[ $key ] ) && is_array( $in[ $key ] ) ? array_filter( $in[ $key ], 'is_string' ) : array();
		return array_values( array_unique( array_intersect( $list, $allowed ) ) );
	}

	/**
	 * A label as it is shown: one line of text, not too long.
	 *
	 * @param string $label As typed.
	 * @return string
	 */
	private static function label( $label ) {
		return trim( mb_substr( sanitize_text_field( $label ), 0, self::LABEL_LENGTH ) );
	}
}
